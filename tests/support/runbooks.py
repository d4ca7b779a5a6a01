"""The runbooks as data: their sections, their queries and their commands."""

import re
from dataclasses import dataclass
from pathlib import Path

from tests.support.stacks import ROOT

FOLDER = ROOT / "docs/runbooks"

_FENCE = re.compile(r"^```(\w+)\n(.*?)^```$", re.DOTALL | re.MULTILINE)
_LINK = re.compile(r"\]\(([^)#:]+)\)")


@dataclass(frozen=True)
class Runbook:
    """One file of docs/runbooks."""

    path: Path

    @property
    def text(self) -> str:
        """The whole file."""
        return self.path.read_text(encoding="utf-8")

    @property
    def sections(self) -> list[str]:
        """The headings, the first one without its sign."""
        return [line.lstrip("# ") for line in self.text.splitlines() if line.startswith("#")]

    @property
    def queries(self) -> list[str]:
        """The blocks of PromQL."""
        return [text for kind, text in _FENCE.findall(self.text) if kind == "promql"]

    @property
    def commands(self) -> list[str]:
        """The lines of the blocks for a shell."""
        return [line for kind, text in _FENCE.findall(self.text) if kind == "sh" for line in text.splitlines()]

    @property
    def links(self) -> list[Path]:
        """The files that it leads to."""
        return [self.path.parent / target for target in _LINK.findall(self.text)]


RUNBOOKS = {path.stem: Runbook(path) for path in sorted(FOLDER.glob("*.md"))}
