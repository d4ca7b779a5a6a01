"""Checks of alerts whose metrics are switched off."""

import re
from collections.abc import Iterator, Mapping
from typing import Any, cast

from components.observability.alerts.facts import mesh_facts
from components.observability.alerts.metrics import (
    metrics_of,
    proxy_metrics,
    recorded_metrics,
    telemetry_names,
    words_of,
)
from components.observability.alerts.selection import ActiveAlert, active_alerts
from components.observability.operator import operator_home
from components.resources.settings import ResourceSettings
from components.settings.codes import Code
from components.settings.mesh import MeshSettings
from components.settings.problems import Path, Problem
from components.settings.wording import listed

_ALL = "ALL_METRICS"

_REPORTERS = {"CLIENT": "source", "SERVER": "destination"}
"""The value of the label `reporter`, by the mode that an override of Telemetry is for; both when it names none."""

Override = Mapping[str, Any]


def metric_problems(settings: MeshSettings) -> Iterator[Problem]:
    """Metrics of the alerts that are not collected, not kept, or lack what alerts tell them apart by."""
    if operator_home(settings) is None:
        return
    active = list(active_alerts(settings.alerts, mesh_facts(settings)))
    yield from _dropped(settings, active)
    for index, resource in enumerate(settings.resources):
        if _mesh_wide_telemetry(resource, settings.control_plane.namespace):
            yield from _switched_off(resource.spec.get("metrics"), ("resources", index, "spec", "metrics"), active)
    own = settings.telemetry.metrics if settings.telemetry else None
    plain = [one.model_dump(by_alias=True, exclude_none=True, mode="json") for one in own or ()]
    yield from _switched_off(plain, ("telemetry", "metrics"), active)


def _dropped(settings: MeshSettings, active: list[ActiveAlert]) -> Iterator[Problem]:
    for index, pattern in enumerate(settings.alerts.monitors.drop):
        try:
            matcher = re.compile(pattern)
        except re.error:
            continue  # Told by the check of the setting itself.
        lost = {name for name in proxy_metrics() if matcher.fullmatch(name)}
        needed = _needed_by(lost, active)
        if needed or lost & recorded_metrics():
            whom = f"the alerts {listed(needed)}" if needed else "the recording rules"
            yield Problem(
                ("alerts", "monitors", "drop", index),
                f"'{pattern}' drops {listed(sorted(lost))}, which {whom} need",
                "Remove it, or write a narrower one",
            )


def _mesh_wide_telemetry(resource: ResourceSettings, root: str) -> bool:
    return (
        resource.kind == "Telemetry"
        and resource.metadata.namespace == root
        and not resource.spec.get("selector")
        and not resource.spec.get("targetRefs")
    )


def _switched_off(blocks: object, path: Path, active: list[ActiveAlert]) -> Iterator[Problem]:
    """`blocks` is the field `metrics` of a Telemetry."""
    for block, metrics in enumerate(_maps(blocks)):
        for index, override in enumerate(_maps(metrics.get("overrides"))):
            here: Path = (*path, block, "overrides", index)
            match = _map(override.get("match"))
            metric = match.get("metric", _ALL)
            names = {name for name, told in telemetry_names().items() if told and metric in (_ALL, told)}
            seen_by = _REPORTERS.get(str(match.get("mode")))
            concerned = [one for one in active if seen_by is None or seen_by in words_of(one.template)]
            if override.get("disabled") is True:
                yield from _refused((*here, "disabled"), names, "switches off", _needed_by(names, concerned))
            else:
                yield from _removed_tags(override, here, names, concerned)


def _removed_tags(override: Override, path: Path, names: set[str], active: list[ActiveAlert]) -> Iterator[Problem]:
    for tag, change in _map(override.get("tagOverrides")).items():
        needing = [one for one in active if tag in words_of(one.template)]
        if _map(change).get("operation") == "REMOVE":
            words = f"removes the tag '{tag}' from"
            yield from _refused((*path, "tagOverrides", tag), names, words, _needed_by(names, needing))


def _refused(path: Path, names: set[str], words: str, alerts: list[str]) -> Iterator[Problem]:
    if alerts:
        yield Problem(
            path,
            f"{words} {listed(sorted(names))}, which the alerts {listed(alerts)} need",
            "Remove it, or switch those off with `alerts.rules.NAME.enabled: false`",
            Code.ALERTS,
        )


def _needed_by(metrics: set[str], active: list[ActiveAlert]) -> list[str]:
    return [one.template.name for one in active if metrics_of(one.template) & metrics]


def _map(value: object) -> Override:
    return cast("Override", value) if isinstance(value, Mapping) else {}


def _maps(value: object) -> list[Override]:
    items = cast("list[object]", value) if isinstance(value, list) else []
    return [cast("Override", one) for one in items if isinstance(one, Mapping)]
