"""Rules as Prometheus reads them."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any

from components.observability.alerts.plain_text import EVERYWHERE
from components.observability.alerts.settings import RUNBOOKS
from components.observability.alerts.template import filled, number
from components.observability.prometheus_duration import prometheus_seconds
from components.settings.later import imported_when_used

with imported_when_used():
    from components.observability.alerts.catalog import (
        AlertTemplate,
        Each,
        Only,
        RecordTemplate,
        record_templates,
        slo_records,
    )
    from components.observability.alerts.facts import MeshFacts, SloFact
    from components.observability.alerts.selection import ActiveAlert

USUAL_WINDOW = "5m"
"""The window of the recording rules that dashboards and objectives stand on."""

Group = Mapping[str, Any]
"""A group of rules, in Prometheus' own field names."""

_WINDOW = "${window}"


def recording_groups(active: Sequence[ActiveAlert], facts: MeshFacts) -> list[Group]:
    """The shared recording rules over 5m and over other windows that alerts are given, and those of objectives."""
    shared: dict[str, list[dict[str, str]]] = {}
    for template in record_templates():
        for window in _windows(template, active):
            values = {"window": window}
            rule = {"record": filled(template.record, values), "expr": filled(template.expr, values)}
            shared.setdefault(template.group, []).append(rule)
    groups: list[Group] = [{"name": name, "rules": rules} for name, rules in shared.items()]
    rules = [rule for slo in facts.slos for rule in _slo_rules(slo)]
    return [*groups, {"name": f"{slo_records().group}-recordings", "rules": rules}] if rules else groups


def alert_groups(active: Iterable[ActiveAlert], facts: MeshFacts, runbooks: str | None) -> list[Group]:
    """The alerts, with the address of the runbook of each below `runbooks`."""
    groups: dict[str, list[dict[str, Any]]] = {}
    for alert in active:
        for rule in _alert_rules(alert, facts, runbooks or RUNBOOKS):
            groups.setdefault(alert.template.group, []).append(rule)
    return [{"name": name, "rules": rules} for name, rules in groups.items()]


def _windows(template: RecordTemplate, active: Sequence[ActiveAlert]) -> Iterator[str]:
    """The windows over which a recording is needed, the usual one first."""
    found = {one.window for one in active if one.window and template.record in _stands_on(one.template)}
    yield USUAL_WINDOW
    yield from sorted(found - {USUAL_WINDOW})


def _stands_on(alert: AlertTemplate) -> set[str]:
    """The recordings that an alert needs, also those that others need for it."""
    found: set[str] = set()
    # From the last to the first, because a recording stands on earlier ones only.
    for template in reversed(record_templates()):
        texts = [alert.expr, *(one.expr for one in record_templates() if one.record in found)]
        if any(template.record in text for text in texts):
            found.add(template.record)
    return found


def _alert_rules(alert: ActiveAlert, facts: MeshFacts, runbooks: str) -> Iterator[dict[str, Any]]:
    template = alert.template
    own = {key: number(value) for key, value in alert.thresholds.items()}
    if alert.window:
        own |= _times(alert.window, alert.pending)
    if template.only is Only.STRICT:
        # Enabled by hand where STRICT is expected of none, all workloads are looked at.
        own["strictNamespaces"] = facts.strict_namespaces or EVERYWHERE
    for labels, places in _occasions(template.each, facts):
        values = own | places
        yield {
            "alert": template.name,
            "expr": filled(template.expr, values),
            "for": alert.pending,
            "labels": {"severity": alert.severity, **labels},
            "annotations": {
                "summary": filled(template.summary, values),
                "description": filled(template.description, values),
                "runbook_url": f"{runbooks.rstrip('/')}/{template.name}.md",
            },
        }


def _times(window: str, pending: str) -> dict[str, str]:
    """The window, its seconds for expressions that compare with them, and how long it has to be quiet for a silence."""
    quiet = prometheus_seconds(window) + prometheus_seconds(pending)
    return {"window": window, "windowSeconds": number(prometheus_seconds(window)), "quiet": f"{number(quiet)}s"}


def _occasions(each: Each | None, facts: MeshFacts) -> Iterator[tuple[dict[str, str], dict[str, str]]]:
    """The labels and the places of each rule that an alert becomes."""
    if each is None:
        yield {}, {}
    elif each is Each.SLO:
        for slo in facts.slos:
            # The labels of the service have Alertmanager put it together with other alerts on it.
            labels = {"destination_service_namespace": slo.namespace, "destination_service_name": slo.services[0]}
            yield {"slo": slo.name, **labels}, _slo_places(slo)
    else:
        for gateway in facts.gateways:
            if gateway.http or each is Each.GATEWAY:
                labels = {"gateway": gateway.name, "gateway_namespace": gateway.namespace}
                yield labels, {"gateway": gateway.name, "namespace": gateway.namespace}


def _slo_rules(slo: SloFact) -> Iterator[dict[str, Any]]:
    """The recordings of an objective; those over its windows come after what they are averages of."""
    records, places = slo_records(), _slo_places(slo)
    for template in records.base:
        yield _slo_rule(template, slo, places)
    for window in records.windows:
        for template in records.rules:
            yield _slo_rule(template, slo, {**places, "window": window})


def _slo_rule(template: RecordTemplate, slo: SloFact, values: Mapping[str, str]) -> dict[str, Any]:
    return {
        "record": filled(template.record, values),
        "expr": filled(template.expr, values),
        "labels": {"slo": slo.name},
    }


def _slo_places(slo: SloFact) -> dict[str, str]:
    names = "|".join(slo.services)
    return {
        "slo": slo.name,
        "service": f'destination_service_namespace="{slo.namespace}",destination_service_name=~"{names}"',
        "objective": number(slo.objective_percent),
        # Of 100 - 99.9 a float keeps dust in its last digits.
        "errorBudget": number(round(1 - slo.objective_percent / 100, 9)),
        "windowDays": str(slo.window_days),
        "windowHours": str(slo.window_days * 24),
    }
