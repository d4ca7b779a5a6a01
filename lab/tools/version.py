"""Versions, and which other version of a tool does as well."""

import re
from dataclasses import dataclass
from typing import Literal, Self

_NUMBERS = re.compile(r"(?<![\w.])v?(\d+)\.(\d+)\.(\d+)([\w.+-]*)")


@dataclass(frozen=True, order=True)
class Version:
    """MAJOR.MINOR.PATCH; prints as that, without a leading v."""

    major: int
    minor: int
    patch: int

    def __str__(self) -> str:
        return f"{self.major}.{self.minor}.{self.patch}"

    @classmethod
    def parse(cls, text: str) -> Self:
        """The version that `text` is.

        Raises:
            ValueError: `text` is not MAJOR.MINOR.PATCH.
        """
        found = cls.find(text)
        if found is None or str(found) != text:
            raise ValueError(f"{text!r} is not a version: expected MAJOR.MINOR.PATCH, for example '1.29.1'")
        return found

    @classmethod
    def find(cls, text: str) -> Self | None:
        """The first version in what a program printed; None where there is none or it is a variant like 1.2.3-beta."""
        found = _NUMBERS.search(text)
        return cls(int(found[1]), int(found[2]), int(found[3])) if found and not found[4] else None

    def does_for(self, wanted: "Version", accept: Literal["exact", "patch", "next-minor", "minor"]) -> bool:
        """True where a tool of this version may stand in for the wanted one."""
        if self < wanted or accept == "exact":
            return self == wanted
        newest_minor = {"patch": wanted.minor, "next-minor": wanted.minor + 1, "minor": self.minor}[accept]
        return self.major == wanted.major and self.minor <= newest_minor
