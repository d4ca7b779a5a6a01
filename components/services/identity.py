"""Values by their identity, as keys of caches."""

from typing import Generic, TypeVar, cast

T = TypeVar("T")


class Same(Generic[T]):
    """Values that equal the very same ones only: to compare them by value would take longer than what is cached.

    It keeps them, so that no other value gets their identity while a cache has it.
    """

    __slots__ = ("_identities", "values")

    def __init__(self, *values: T) -> None:
        self.values = values
        self._identities = tuple(map(id, values))

    def __hash__(self) -> int:
        return hash(self._identities)

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Same) and self._identities == cast("Same[object]", other)._identities
