"""Checks of alerts whose metrics are switched off."""

import re
from collections.abc import Iterator, Mapping
from typing import Any, cast

from components.observability.alerts.facts import mesh_facts
from components.observability.alerts.metric_sources import MetricScope, maps, metric_scopes, source_problems
from components.observability.alerts.metrics import (
    metrics_of,
    proxy_metrics,
    recorded_metrics,
    telemetry_names,
    words_of,
)
from components.observability.alerts.selection import ActiveAlert, active_alerts
from components.settings.codes import Code
from components.settings.mesh import MeshSettings
from components.settings.problems import Path, Problem
from components.settings.wording import listed

_ALL = "ALL_METRICS"

_REPORTERS = {"CLIENT": "source", "SERVER": "destination"}
"""The value of the label `reporter`, by the mode that an override of Telemetry is for; both when it names none."""

Override = Mapping[str, Any]


def metric_problems(settings: MeshSettings) -> Iterator[Problem]:
    """Metrics of the alerts that are not collected, not kept, or lack what alerts tell them apart by.

    It is for stacks with a Prometheus operator; without one there are no alerts.
    """
    active = list(active_alerts(settings.alerts, mesh_facts(settings)))
    yield from _dropped(settings, active)
    for scope in metric_scopes(settings):
        yield from _switched_off(scope, active)
    yield from source_problems(settings, active)


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


def _switched_off(scope: MetricScope, active: list[ActiveAlert]) -> Iterator[Problem]:
    """Also for a namespace or some pods: the alerts are about these, too."""
    for block, metrics in enumerate(scope.entries):
        for index, override in enumerate(maps(metrics.get("overrides"))):
            here: Path = (*scope.path, block, "overrides", index)
            match = _map(override.get("match"))
            names = _meant(match)
            seen_by = _REPORTERS.get(str(match.get("mode")))
            concerned = [one for one in active if seen_by is None or seen_by in words_of(one.template)]
            if override.get("disabled") is True:
                yield from _refused((*here, "disabled"), names, "switches off", _needed_by(names, concerned))
            else:
                yield from _removed_tags(override, here, names, concerned)


def _meant(match: Override) -> set[str]:
    """The metrics of the alerts that an override is for; a custom one is named as Envoy has it."""
    metric, custom = match.get("metric", _ALL), match.get("customMetric")
    told = {name: one for name, one in telemetry_names().items() if one}
    if custom is not None:
        return {name for name in told if name.removeprefix("istio_").removesuffix("_bucket") == custom}
    return {name for name, one in told.items() if metric in (_ALL, one)}


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
