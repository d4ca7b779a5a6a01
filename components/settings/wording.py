"""How messages show values and guess what was meant."""

import difflib
import json
from collections.abc import Iterable, Mapping, Sequence
from functools import cache

from components.settings.secrecy import looks_secret

_KINDS: dict[type, str] = {
    type(None): "no value",
    bool: "true or false",
    int: "a number",
    float: "a number",
    str: "text",
    dict: "a map",
    list: "a list",
}
"""How a message calls the types of YAML."""

_LONGEST_SHOWN = 60
"""Characters of a value that a message repeats."""

_MOST_CHOICES = 12
"""Words that a message lists; of more, only the first are told."""

_GUESS = 0.6
"""How alike two words are (difflib's ratio) of which one is shown for the other: a wrong guess does little harm."""

_SLIP = 0.9
"""How alike they are where the word itself is refused for it: about a letter in ten may differ."""


def suggestion(word: str, known: Iterable[str]) -> str | None:
    """The one of `known` that `word` was probably meant to be, whatever its case; None when nothing is near."""
    return _nearest(word, tuple(known))


def slip(word: str, known: Iterable[str]) -> str | None:
    """The one of `known` that `word` is a slip for; None when it may well be a word of its own, which is no mistake."""
    return _alike(_plain(word), _by_plain(tuple(known)), _SLIP)


@cache  # A file may make one mistake a thousand times.
def _nearest(word: str, known: tuple[str, ...]) -> str | None:
    by_plain, plain = _by_plain(known), _plain(word)
    begun = [name for name in by_plain if plain and name.startswith(plain)]
    return by_plain[begun[0]] if len(begun) == 1 else _alike(plain, by_plain, _GUESS)


def _alike(plain: str, by_plain: Mapping[str, str], likeness: float) -> str | None:
    # Words are no more alike than their lengths, and than their letters in any order: difflib finds that out slowly.
    letters, size = _letters(plain), len(plain)
    able = [
        name
        for name in by_plain
        if min(size, len(name)) >= (common := likeness * (size + len(name)) / 2)
        and len(letters & _letters(name)) >= common
    ]
    near = difflib.get_close_matches(plain, able, n=1, cutoff=likeness)
    return by_plain[near[0]] if near else None


@cache
def _letters(word: str) -> frozenset[tuple[str, int]]:
    """Each letter of a word with how often it comes before, so that two of a kind are two."""
    return frozenset((letter, word.count(letter, 0, place)) for place, letter in enumerate(word))


def shown(value: object) -> str:
    """A value as a message repeats it: short, on one line, and never a map, a list or what looks like a secret."""
    if isinstance(value, dict):
        return "a map"
    if isinstance(value, list | tuple):
        return "a list"
    if not isinstance(value, str):
        return json.dumps(value)
    if "\n" in value or "-----BEGIN" in value:
        lines = len(value.splitlines())
        return f"a text of {lines} line{'s' if lines > 1 else ''}"
    if looks_secret(value):
        return f"a text of {len(value)} characters"
    return f"'{value}'" if len(value) <= _LONGEST_SHOWN else f"'{value[:_LONGEST_SHOWN]}…'"


def mismatch(value: object, wanted: str) -> str:
    """What a value is and what it should be; maps and lists are not shown, and so are only called by their kind."""
    kind = _KINDS.get(type(value), type(value).__name__)
    told = kind if value is None or isinstance(value, dict | list) else f"{shown(value)} is {kind}"
    return f"{told}, where {wanted} is expected"


def either(choices: Sequence[str]) -> str:
    """`a, b or c`."""
    return " or ".join([", ".join(choices[:-1]), choices[-1]]) if len(choices) > 1 else "".join(choices)


def listed(words: Sequence[str]) -> str:
    """`a, b, c`, cut where it would no longer be read."""
    more = len(words) - _MOST_CHOICES
    return ", ".join(words) if more <= 1 else f"{', '.join(words[:_MOST_CHOICES])} and {more} more"


@cache
def _by_plain(known: tuple[str, ...]) -> Mapping[str, str]:
    return {_plain(name): name for name in known}


def _plain(word: str) -> str:
    """A word without what people mix up: case, and the signs between the parts of a name."""
    return word.lower().replace("_", "").replace("-", "")
