"""Texts with places to fill: `${name}`, which neither PromQL nor Prometheus' own templates use."""

import re
from collections.abc import Mapping

_PLACE = re.compile(r"\$\{([A-Za-z0-9]+)\}")


def places(text: str) -> set[str]:
    """The names of the places in `text`."""
    return set(_PLACE.findall(text))


def filled(text: str, values: Mapping[str, str]) -> str:
    """`text` with every place filled.

    Raises:
        KeyError: when a place has no value; the data files are tested for that.
    """
    return _PLACE.sub(lambda found: values[found[1]], text)


def number(value: float) -> str:
    """A number as PromQL reads it, without a fraction where it has none."""
    return str(int(value)) if value == int(value) else repr(value)
