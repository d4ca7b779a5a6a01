"""Random services: what the checks of the intent layer accept is right in Istio's own words too."""

from typing import Any

from hypothesis import Phase, assume, given, settings

from components.kinds.catalog import kind_of
from components.services.specs import derived
from tests.services.generate import STACKS, accepted_stack
from tests.traffic.generate import problems

UNREACHED = "is never reached"
"""A rule of this project. An exact path of one share and the same path as a prefix of another come to this."""


# Without shrinking: it takes minutes for what is as long as this.
@settings(derandomize=True, max_examples=30, deadline=None, database=None, phases=[Phase.generate])
@given(STACKS)
def test_every_object_of_accepted_services_passes_the_checks_of_its_kind(mesh: dict[str, Any]) -> None:
    accepted = accepted_stack(mesh)
    assume(accepted is not None)
    assert accepted is not None
    objects = [one.manifest for one in derived(accepted)]
    known = [(kind, one) for one in objects if (kind := kind_of(one["apiVersion"], one["kind"]))]
    wrong = [(one["spec"], found.rule) for kind, one in known for found in problems(kind, one)]
    assert [pair for pair in wrong if UNREACHED not in pair[1]] == [], "the two layers of checks have to agree"
