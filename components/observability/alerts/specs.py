"""PrometheusRules: the form in which the Prometheus operator takes rules."""

from components.observability.alerts.facts import mesh_facts
from components.observability.alerts.rules_spec import Group, alert_groups, recording_groups
from components.observability.alerts.selection import active_alerts
from components.observability.operator import OperatorHome
from components.platform.labels import COMMON_LABELS
from components.platform.manifest import Manifest
from components.settings.mesh import MeshSettings


def prometheus_rules(settings: MeshSettings, home: OperatorHome) -> dict[str, Manifest]:
    """The PrometheusRules of a stack by role: the recording rules, and the alerts where any is on.

    Source: prometheus-operator.dev/docs/api-reference/api, PrometheusRule.
    """
    facts = mesh_facts(settings)
    active = list(active_alerts(settings.alerts, facts))
    groups = {
        "recordings": recording_groups(active, facts),
        "alerts": alert_groups(active, facts, settings.alerts.runbook_url),
    }
    return {role: _rule(f"istio-mesh-{role}", found, home) for role, found in groups.items() if found}


def _rule(name: str, groups: list[Group], home: OperatorHome) -> Manifest:
    return {
        "apiVersion": "monitoring.coreos.com/v1",
        "kind": "PrometheusRule",
        "metadata": {"name": name, "namespace": home.namespace, "labels": {**COMMON_LABELS, **home.labels}},
        "spec": {"groups": groups},
    }
