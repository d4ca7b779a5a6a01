"""What a check says."""

from dataclasses import dataclass
from enum import StrEnum


class Level(StrEnum):
    """How bad it is."""

    OK = "ok"
    WARNING = "warning"
    """It may work; somebody should look."""
    REFUSED = "refused"
    """An installation would fail or break something."""


@dataclass(frozen=True, kw_only=True)
class Finding:
    """One row of the answer."""

    check: str
    level: Level
    what: str
    fix: str = ""


def fine(check: str, what: str) -> Finding:
    """All is well."""
    return Finding(check=check, level=Level.OK, what=what)


def warning(check: str, what: str, fix: str) -> Finding:
    """Somebody should look."""
    return Finding(check=check, level=Level.WARNING, what=what, fix=fix)


def refused(check: str, what: str, fix: str) -> Finding:
    """It would fail."""
    return Finding(check=check, level=Level.REFUSED, what=what, fix=fix)


def unreadable(check: str, what: str) -> Finding:
    """The checking user may not look."""
    return warning(check, f"{what} may not be read, so that this is not known", "Run it as a user who may read them")
