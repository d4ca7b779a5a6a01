"""How a stack's settings go on top of a profile's defaults."""

from collections.abc import Mapping
from typing import cast

EVERY = "*"
"""The key of a profile whose value goes under every entry of a map that the stack fills, such as each gateway."""


def merge(defaults: object, own: object) -> object:
    """Put `own` on top of `defaults`: maps are merged key by key, anything else, lists included, is replaced.

    Neither argument is changed. Keys keep the order of the defaults, then of the stack, so that output is stable.
    """
    if not isinstance(defaults, Mapping) or not isinstance(own, Mapping):
        return own
    below, above = cast("Mapping[str, object]", defaults), cast("Mapping[str, object]", own)
    if EVERY in below:
        return {key: merge(below[EVERY], value) for key, value in above.items()}
    merged = {key: merge(value, above[key]) if key in above else _plain(value) for key, value in below.items()}
    return merged | {key: value for key, value in above.items() if key not in below}


def _plain(defaults: object) -> object:
    """Defaults without a counterpart in the stack; a map for entries of the stack's own stays empty."""
    if not isinstance(defaults, Mapping):
        return defaults
    return {key: _plain(value) for key, value in cast("Mapping[str, object]", defaults).items() if key != EVERY}
