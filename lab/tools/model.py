"""What the rest of the lab sees of a tool: where it is, which version it has and where it came from."""

from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path

from lab.errors import LabError


class ToolError(LabError):
    """A tool cannot be had; the message is whole sentences: what is missing, why, and the fix."""


class Origin(StrEnum):
    """Where a tool came from."""

    PATH = "path"
    """Found on PATH, installed by the user."""
    RELEASE = "release"
    """The publisher's download, checked against the publisher's checksum."""
    GO = "go"
    """Built here from Go modules, which go.sum checks."""
    WHEEL = "wheel"
    """Taken from a wheel of the Python package index, which pip checks."""
    MODULE = "module"
    """Files copied out of a Go module, which go.sum checks."""
    BUILTIN = "builtin"
    """A program of this project, built here from lab/go."""


@dataclass(frozen=True)
class Tool:
    """A tool that is there: `path` is an executable, or the file or folder that bears the name."""

    name: str
    version: str
    path: Path
    origin: Origin


@dataclass(frozen=True)
class ToolStatus:
    """What is known of a tool without fetching it; `origin` and `path` are None where it is missing."""

    name: str
    version: str
    origin: Origin | None
    path: Path | None

    @property
    def state(self) -> str:
        """The origin, or 'missing'."""
        return self.origin.value if self.origin else "missing"
