"""The policies, from catalog.yaml."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from functools import cache
from pathlib import Path
from typing import Any

import yaml

CATALOG = Path(__file__).with_name("catalog.yaml")


class Level(StrEnum):
    """What Pulumi does about a violation, in its own words."""

    ADVISORY = "advisory"
    MANDATORY = "mandatory"
    DISABLED = "disabled"


class Severity(StrEnum):
    """How much harm a violation can do, in Pulumi's words."""

    LOW = "low"
    MEDIUM = "medium"
    HIGH = "high"
    CRITICAL = "critical"


@dataclass(frozen=True, kw_only=True)
class Policy:
    """What a policy is, without the code that judges by it."""

    name: str
    title: str
    """What holds where nothing violates it."""
    reason: str
    source: str
    """The document that says so, without https://."""
    level: Level
    severity: Severity
    whole_stack: bool = False
    """Whether it judges all resources together, and not one at a time."""
    acknowledgement: str | None = None
    """The annotation by which an object says why it does not keep to the policy; None where nothing excuses it."""
    parameters: Mapping[str, Mapping[str, Any]] = field(default_factory=dict[str, Mapping[str, Any]])
    """The JSON schema of each parameter, with its default."""

    @property
    def defaults(self) -> dict[str, Any]:
        """The value of each parameter where nothing is configured."""
        return {name: schema["default"] for name, schema in self.parameters.items()}


@cache
def catalog() -> Mapping[str, Policy]:
    """Every policy by its name, in the order of the file."""
    document: dict[str, Any] = yaml.safe_load(CATALOG.read_text(encoding="utf-8"))
    return {name: _policy(name, row) for name, row in document["policies"].items()}


def _policy(name: str, row: Mapping[str, Any]) -> Policy:
    return Policy(
        name=name,
        title=row["title"],
        reason=row["reason"],
        source=row["source"],
        level=Level(row["level"]),
        severity=Severity(row["severity"]),
        whole_stack=row.get("wholeStack", False),
        acknowledgement=row.get("acknowledgement"),
        parameters=row.get("parameters", {}),
    )
