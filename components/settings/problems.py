"""Mistakes of a stack file, as sentences that name path, value, rule and fix."""

from collections.abc import Sequence
from dataclasses import dataclass

from components.settings.codes import Code, coded, section_code
from components.settings.secrecy import looks_secret

Path = tuple[str | int, ...]
"""Keys and list positions below `mesh`."""


@dataclass(frozen=True)
class Problem:
    """One mistake: where it is, what is wrong, what to do about it."""

    path: Path
    rule: str
    fix: str
    code: Code | None = None
    """What kind of mistake it is; when left out, a contradiction within its section of the stack file."""

    def line(self, source: str) -> str:
        """The line that the user reads: stack file, path, rule, fix and code."""
        end = "" if self.fix.endswith("?") else "."
        code = self.code or section_code(self.path)
        return coded(f"{source}: {render_path(self.path)}: {self.rule}. {self.fix}{end}", code)


class SettingsError(Exception):
    """A stack file that cannot be used, with all of its problems at once."""

    def __init__(self, source: str, problems: Sequence[Problem]) -> None:
        self.problems = tuple(problems)
        super().__init__(render_problems(source, self.problems))


def render_problems(source: str, problems: Sequence[Problem]) -> str:
    """One line for each problem, in the order given."""
    return "\n".join(problem.line(source) for problem in problems)


def render_path(path: Path) -> str:
    """`mesh.gateways.ingressgateway.servers[0].port` for the keys below `mesh`; keys with dots are put in brackets.

    A key that looks like a secret is not shown.
    """
    text = "mesh"
    for part in path:
        if isinstance(part, int):
            text += f"[{part}]"
        elif looks_secret(part):
            text += '["…"]'
        elif part.replace("-", "").replace("_", "").isalnum():
            text += f".{part}"
        else:
            text += f'["{part}"]'
    return text
