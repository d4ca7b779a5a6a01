"""Names of istiod's variables with slips in them."""

from collections.abc import Iterator

import pytest

from components.control_plane.environment import variable_types
from components.control_plane.variables import near

_NAMES = sorted(variable_types())
_LONG_ENOUGH = 11
"""Letters of a name of which one may be another and the rest still tell which is meant."""
_TWINS = (
    {"PILOT_ENABLE_CDS_CACHE", "PILOT_ENABLE_RDS_CACHE", "PILOT_ENABLE_XDS_CACHE"},
    {"PILOT_IP_AUTOALLOCATE_IPV4_PREFIX", "PILOT_IP_AUTOALLOCATE_IPV6_PREFIX"},
)
"""Names that differ in one letter: a slip in that one does not tell which of them is meant."""


def slips(name: str) -> Iterator[str]:
    """A name with a letter too few, twice, and in the place of the one after it, at each place in turn."""
    for place in range(len(name) - 1):
        before, letter, after = name[:place], name[place], name[place + 1 :]
        yield from (before + after, f"{before}{letter}{letter}{after}", f"{before}{after[0]}{letter}{after[1:]}")


@pytest.mark.parametrize("name", [name for name in _NAMES if len(name) >= _LONG_ENOUGH])
def test_a_slip_in_the_name_of_a_variable_is_told_by_that_name(name: str) -> None:
    fitting = next((twins for twins in _TWINS if name in twins), {name})
    wrong = {slip: near(slip) for slip in slips(name) if near(slip) not in fitting}
    assert not wrong, "istiod passes over it in silence"


@pytest.mark.parametrize(
    ("written", "meant"),
    [
        ("PILOT_ENABLE_XDS_CACHES", "PILOT_ENABLE_XDS_CACHE"),
        ("PILOT_PUSHTHROTTLE", "PILOT_PUSH_THROTTLE"),
        ("PILOT_DEBOUNCE_AFTR", "PILOT_DEBOUNCE_AFTER"),
        ("PILOT_DEBOUCNE_AFTR", "PILOT_DEBOUNCE_AFTER"),
    ],
)
def test_two_slips_and_signs_between_words_are_recognised(written: str, meant: str) -> None:
    assert near(written) == meant, "the nearest name is the one that was meant"


@pytest.mark.parametrize("name", ["NODE_NAME", "HOST_IP", "GOMEMLIMIT", "KUBERNETES_SERVICE_HOST", "OTEL_SERVICE_NAME"])
def test_a_variable_of_something_else_is_taken_for_no_slip(name: str) -> None:
    assert near(name) is None, "libraries within istiod read variables of their own, and it would be refused"
