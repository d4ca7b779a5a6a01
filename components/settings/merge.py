"""How a stack's settings go on top of a profile's defaults."""

from collections.abc import Iterator, Mapping
from typing import cast

EVERY = "*"
"""The key of a profile whose value goes under every entry of a map that the stack fills, such as each gateway."""

IF_NAMED = "?"
"""The end of a profile's key whose value goes under the stack's own, and is nothing where the stack has no such key."""

KIND = "kind"
"""The key that tells members of a union apart: defaults of one kind say nothing about another."""


def merge(defaults: object, own: object) -> object:
    """Put `own` on top of `defaults`: maps are merged key by key, anything else, lists included, is replaced.

    So is a map of another `kind`. Neither argument is changed. Keys keep the order of the defaults, then of the stack,
    so that output is stable.
    """
    if not isinstance(defaults, Mapping) or not isinstance(own, Mapping):
        return own
    below, above = cast("Mapping[str, object]", defaults), cast("Mapping[str, object]", own)
    if KIND in below and above.get(KIND, below[KIND]) != below[KIND]:
        return above
    if EVERY in below:
        return {key: merge(below[EVERY], value) for key, value in above.items()}
    below = {key: value for key, value in owned(below) if f"{key}{IF_NAMED}" not in below or key in above}
    merged = {key: merge(value, above[key]) if key in above else _plain(value) for key, value in below.items()}
    return merged | {key: value for key, value in above.items() if key not in below}


def owned(defaults: Mapping[str, object]) -> Iterator[tuple[str, object]]:
    """The defaults of a map by the stack file's own keys, those for entries included that the stack has to name."""
    for key, value in defaults.items():
        yield key.removesuffix(IF_NAMED), value


def _plain(defaults: object) -> object:
    """Defaults without a counterpart in the stack; a map for entries of the stack's own stays empty."""
    if not isinstance(defaults, Mapping):
        return defaults
    entries = cast("Mapping[str, object]", defaults).items()
    return {key: _plain(value) for key, value in entries if key != EVERY and not key.endswith(IF_NAMED)}
