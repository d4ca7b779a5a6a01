"""Checks of how often metrics are collected, over what time alerts look, and how long metrics are kept."""

from collections.abc import Iterator

from components.observability.alerts.rules_spec import USUAL_WINDOW
from components.observability.alerts.settings import AlertSettings
from components.observability.alerts.template import number
from components.observability.prometheus_duration import prometheus_seconds
from components.settings.codes import Code
from components.settings.later import imported_when_used
from components.settings.mesh import MeshSettings
from components.settings.problems import Path, Problem

with imported_when_used():
    from components.observability.addons.prometheus.settings import InstalledPrometheus
    from components.observability.alerts.catalog import AlertTemplate, alert_templates, slo_records
    from components.observability.alerts.facts import mesh_facts
    from components.observability.alerts.selection import active_alerts

_SAMPLES = 4
"""How many times metrics are collected within a window at least.

A rate needs two samples. With four there is one also where a scrape fails and the next one comes late
(prometheus.io/docs, "rate", and the rule of thumb of its authors).
"""


def interval_problems(settings: MeshSettings) -> Iterator[Problem]:
    """Metrics that are collected too rarely for the window of the recordings, which no default window is below."""
    interval = settings.alerts.monitors.interval
    most = prometheus_seconds(USUAL_WINDOW) / _SAMPLES
    if not 1 <= prometheus_seconds(interval) <= most:
        yield Problem(
            ("alerts", "monitors", "interval"),
            f"'{interval}' is outside of 1s to {number(most)}s: rates are taken over {USUAL_WINDOW}, and need "
            f"{_SAMPLES} samples to be there also when a scrape fails",
            "Choose for example 15s",
        )


def window_problems(
    settings: MeshSettings, template: AlertTemplate, own: AlertSettings, path: Path
) -> Iterator[Problem]:
    """Windows of alerts that have none, or that hold too few samples."""
    if own.window is None:
        return
    if template.window is None:
        yield Problem((*path, "window"), f"{template.name} looks at no range of time", "Remove it")
        return
    interval = settings.alerts.monitors.interval
    least = _SAMPLES * prometheus_seconds(interval)
    if prometheus_seconds(own.window) < least:
        yield Problem(
            (*path, "window"),
            f"'{own.window}' is less than {_SAMPLES} times the {interval} after which metrics are collected, so that "
            "there is no rate when a scrape fails",
            f"Choose {number(least)}s or more",
        )


def retention_problems(settings: MeshSettings) -> Iterator[Problem]:
    """Objectives over more time than the installed Prometheus keeps, of which it would judge by what is left."""
    prometheus = settings.addons.prometheus
    if not isinstance(prometheus, InstalledPrometheus):
        return
    names = {alert.template.name for alert in active_alerts(settings.alerts, mesh_facts(settings))}
    kept = prometheus_seconds(prometheus.retention)
    for window in reversed(slo_records().windows):
        asking = [name for name in _looking_at(window) if name in names]
        if asking and prometheus_seconds(window) > kept:
            yield Problem(
                ("addons", "prometheus", "retention"),
                f"'{prometheus.retention}' is less than the {window} at which {asking[0]} of alerts.slos looks, so "
                "that it would take what is left for the whole",
                f"Keep {window} or more, or add `alerts.rules.{asking[0]}.enabled: false`",
                Code.ALERTS,
            )
            return


def _looking_at(window: str) -> list[str]:
    """The alerts on objectives that look at a window."""
    return [one.name for one in alert_templates().values() if f"ratio_rate{window}{{" in one.expr]
