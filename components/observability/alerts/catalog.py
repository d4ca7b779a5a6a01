"""The alerts and recording rules that there are: the data files of rules/, as Python values."""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from functools import cache
from typing import Any

from components.settings.data_files import yaml_data

RECORDINGS = "recordings"
"""The file of the rules that dashboards and alerts share; every other file holds a group of alerts."""


class Each(StrEnum):
    """For what of the mesh a rule is made once each."""

    GATEWAY = "gateway"
    HTTP_GATEWAY = "httpGateway"
    SLO = "slo"


class Only(StrEnum):
    """What has to be there for a rule to make sense."""

    STRICT = "strict"
    ZTUNNEL = "ztunnel"
    CNI = "cni"


@dataclass(frozen=True, kw_only=True)
class Threshold:
    """A number of an alert that a stack may change; its name ends with its unit."""

    default: float
    least: float
    most: float | None
    reason: str
    """Why this is the default."""


@dataclass(frozen=True, kw_only=True)
class AlertTemplate:
    """One alert, with `${name}` where a threshold, the window or a fact of the mesh goes."""

    name: str
    group: str
    severity: str
    pending: str
    """How long the expression has to hold: `for` of a rule."""
    window: str | None
    """The range over which rates are taken; None where the expression has none."""
    thresholds: Mapping[str, Threshold]
    each: Each | None
    only: Only | None
    enabled: bool
    """Whether it is on when the stack says nothing, where what it is about is there."""
    stats: tuple[str, ...]
    """Regular expressions of Envoy's own metrics that proxies export because of this alert."""
    expr: str
    summary: str
    description: str


@dataclass(frozen=True, kw_only=True)
class RecordTemplate:
    """One recording rule, by `${window}`."""

    record: str
    group: str
    expr: str


@dataclass(frozen=True, kw_only=True)
class SloRecords:
    """The recording rules of each service level objective, and the windows that its alerts look at."""

    group: str
    windows: tuple[str, ...]
    base: tuple[RecordTemplate, ...]
    """Made once: what is taken from the requests themselves."""
    rules: tuple[RecordTemplate, ...]
    """Made over each window, from what `base` has recorded."""


@cache
def alert_templates() -> Mapping[str, AlertTemplate]:
    """All alerts by name, in the order of the files."""
    files = (_document(name) for name in _alert_files())
    alerts = [_alert(document["group"], row) for document in files for row in document["alerts"]]
    return {one.name: one for one in alerts}


@cache
def record_templates() -> tuple[RecordTemplate, ...]:
    """The shared recording rules; one that stands on others comes after them."""
    groups = _document(RECORDINGS)["groups"]
    return tuple(_record(group["name"], row) for group in groups for row in group["records"])


@cache
def slo_records() -> SloRecords:
    """The recording rules of service level objectives."""
    document = _document("slos")
    rows = document["records"]
    return SloRecords(
        group=document["group"],
        windows=tuple(rows["windows"]),
        base=tuple(_record(document["group"], row) for row in rows["base"]),
        rules=tuple(_record(document["group"], row) for row in rows["rules"]),
    )


def _alert_files() -> tuple[str, ...]:
    return ("services", "gateways", "control_plane", "certificates", "nodes", "slos")


def _document(name: str) -> Any:
    return yaml_data(__package__, "rules", f"{name}.yaml")


def _record(group: str, row: Mapping[str, str]) -> RecordTemplate:
    return RecordTemplate(record=row["record"], group=group, expr=row["expr"].strip())


def _alert(group: str, row: Mapping[str, Any]) -> AlertTemplate:
    return AlertTemplate(
        name=row["alert"],
        group=group,
        severity=row["severity"],
        pending=row["for"],
        window=row.get("window"),
        thresholds={name: _threshold(given) for name, given in row.get("thresholds", {}).items()},
        each=Each(row["each"]) if "each" in row else None,
        only=Only(row["only"]) if "only" in row else None,
        enabled=row.get("enabled", True),
        stats=tuple(row.get("stats", ())),
        expr=row["expr"].strip(),
        summary=row["summary"],
        description=row["description"].strip(),
    )


def _threshold(row: Mapping[str, Any]) -> Threshold:
    return Threshold(default=row["default"], least=row["least"], most=row.get("most"), reason=row["reason"])
