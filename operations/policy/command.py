"""`mesh policy`: what the policy pack says about a stack that is deployed already."""

import json
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import Annotated

import typer

from lab.errors import LabError
from mesh_policies.configuration import Configuration, ConfigurationError, read_configuration
from mesh_policies.judge import Violation, violations
from mesh_policies.policy import Level
from mesh_policies.state import StateError, read_state
from operations.console import out

_STDIN = "-"


def policy(
    state: Annotated[
        str, typer.Option(metavar="FILE", help="What `pulumi stack export` wrote; - for the standard input.")
    ],
    config: Annotated[
        Path | None, typer.Option(metavar="FILE", help="Levels and parameters, as for --policy-pack-config.")
    ] = None,
    as_json: Annotated[bool, typer.Option("--json", help="Print JSON, for programs.")] = False,
) -> None:
    """Judge an exported state by the policies in policy/; exit code 1 when a mandatory one is violated.

    The same rules run in `pulumi preview --policy-pack policy`. docs/policies.md lists them.
    """
    found = _judged(state, _configuration(config))
    if as_json:
        out.print(json.dumps({"violations": [_row(one) for one in found]}, indent=1), markup=False)
    else:
        for line in _lines(found):
            out.print(line, markup=False)
    if any(one.level is Level.MANDATORY for one in found):
        sys.exit(1)


def _judged(state: str, configuration: Configuration) -> list[Violation]:
    text = sys.stdin.read() if state == _STDIN else Path(state).read_text(encoding="utf-8")
    try:
        return violations(read_state(text), configuration)
    except StateError as error:
        raise LabError(f"{'the standard input' if state == _STDIN else state}: {error}") from None


def _configuration(path: Path | None) -> Configuration:
    if path is None:
        return Configuration()
    try:
        return read_configuration(path.read_text(encoding="utf-8"), path.name)
    except ConfigurationError as error:
        raise LabError(str(error)) from None


def _lines(found: Sequence[Violation]) -> list[str]:
    if not found:
        return ["Nothing violates a policy."]
    lines: list[str] = []
    for one in found:
        lines.append(f"{one.level}  {one.policy.name}  {one.resource.label}")
        lines.append(f"    {one.message}")
    mandatory = sum(one.level is Level.MANDATORY for one in found)
    return [*lines, f"{len(found)} found, {mandatory} of them mandatory. docs/policies.md says why."]


def _row(violation: Violation) -> dict[str, str]:
    return {
        "policy": violation.policy.name,
        "level": violation.level.value,
        "severity": violation.policy.severity.value,
        "urn": violation.resource.urn,
        "message": violation.message,
    }
