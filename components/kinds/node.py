"""A value of a resource together with the place where the user wrote it, so that every message can name it."""

from collections.abc import Callable, Iterator
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
            value = _GET(value, key) if isinstance(value, _MAP) else _entry(value, key)
        return Node(value, self.path + keys)

    def has(self, key: str) -> bool:
        """Whether there is a value, also an empty one."""
        return self.at(key).given

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
        value = self.value
        if not isinstance(value, list):
            return []
        entries = cast("list[object]", value)
        return [Node(entry, (*self.path, index)) for index, entry in enumerate(entries)]

    @property
    def entries(self) -> list[tuple[str, "Node"]]:
        """Key and value of each entry, when this is a map."""
        return [(key, Node(value, (*self.path, key))) for key, value in _map(self.value).items()]

    @property
    def text(self) -> str | None:
        """The text, when it is one."""
        value = self.value
        return value if isinstance(value, str) else None

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


_MAP: type[object] = dict
"""`dict`, of which nothing is known but that it is one."""
_GET = cast("Callable[[object, str | int], object]", dict[object, object].get)
"""What is below a key of a map. It is called for every field that a check looks at, where `cast` would take as long."""


def _map(value: object) -> dict[str, object]:
    return cast("dict[str, object]", value) if isinstance(value, dict) else {}


def _entry(value: object, key: str | int) -> object:
    """The entry of a list; None for anything else."""
    if isinstance(value, list) and isinstance(key, int):
        entries = cast("list[object]", value)
        return entries[key] if key < len(entries) else None
    return None
