"""A value of a resource together with the place where the user wrote it, so that every message can name it."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import cast

from components.settings.codes import Code
from components.settings.problems import Path, Problem


@dataclass(slots=True)  # Not frozen, which would make each of the many Nodes three times as dear; nothing changes one.
class Node:
    """A part of a resource in its own field names, and its path below `mesh`.

    Reading never fails: what is absent, or of another type than asked for, is None or empty. Wrong types are reported
    by the shape of the kind, so that a check of meaning only has to say what it understands.
    """

    value: object
    path: Path

    def at(self, *keys: str | int) -> "Node":
        """The part at `keys`, with the value None where there is none."""
        value = self.value
        for key in keys:
            value = _part(value, key)
        return Node(value, (*self.path, *keys))

    def has(self, key: str) -> bool:
        """Whether there is a value, also an empty one."""
        return _part(self.value, key) is not None

    @property
    def given(self) -> bool:
        """Whether there is a value, also an empty one."""
        return self.value is not None

    @property
    def keys(self) -> list[str]:
        """The keys that have a value, when this is a map."""
        return [key for key, value in _map(self.value).items() if value is not None]

    @property
    def items(self) -> list["Node"]:
        """The entries, when this is a list."""
        return [Node(entry, (*self.path, index)) for index, entry in enumerate(_list(self.value))]

    @property
    def entries(self) -> list[tuple[str, "Node"]]:
        """Key and value of each entry, when this is a map."""
        return [(key, Node(value, (*self.path, key))) for key, value in _map(self.value).items()]

    @property
    def text(self) -> str | None:
        """The text, when it is one."""
        return self.value if isinstance(self.value, str) else None

    @property
    def number(self) -> float | None:
        """The number, when it is one."""
        return self.value if isinstance(self.value, int | float) and not isinstance(self.value, bool) else None

    @property
    def whole(self) -> int | None:
        """The whole number, when it is one."""
        return self.value if isinstance(self.value, int) and not isinstance(self.value, bool) else None

    @property
    def flag(self) -> bool | None:
        """The truth value, when it is one."""
        return self.value if isinstance(self.value, bool) else None

    @property
    def texts(self) -> list[str]:
        """The entries that are texts, when this is a list."""
        return [one.text for one in self.items if one.text is not None]

    def problem(self, rule: str, fix: str, code: Code | None = None) -> Problem:
        """What is wrong at this very place."""
        return Problem(self.path, rule, fix, code)

    def __iter__(self) -> Iterator["Node"]:
        """The entries, when this is a list."""
        return iter(self.items)


_NOTHING: dict[str, object] = {}


def _map(value: object) -> dict[str, object]:
    return cast("dict[str, object]", value) if isinstance(value, dict) else _NOTHING


def _list(value: object) -> list[object]:
    return cast("list[object]", value) if isinstance(value, list) else []


def _part(value: object, key: str | int) -> object:
    # Called for every field that a check looks at, so in the order of what is asked most.
    if isinstance(value, dict):
        return cast("dict[str | int, object]", value).get(key)
    if isinstance(value, list) and isinstance(key, int):
        entries = cast("list[object]", value)
        return entries[key] if key < len(entries) else None
    return None
