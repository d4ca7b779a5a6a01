"""Checks of Prometheus and Alertmanager."""

from collections.abc import Iterator

from components.observability.addons.budgets import budget_problems
from components.observability.addons.prometheus.settings import ClusterMetrics, InstalledPrometheus
from components.observability.addons.settings import AddonsSettings
from components.settings.problems import Path, Problem
from components.settings.workload import quantity, resource_problems

_PATH = ("addons", "prometheus")
_UNITS = {"KB": 2**10, "MB": 2**20, "GB": 2**30, "TB": 2**40, "PB": 2**50}
"""Prometheus' units are powers of two (github.com/alecthomas/units, Base2Bytes)."""


def prometheus_problems(addons: AddonsSettings) -> Iterator[Problem]:
    """Data that fits onto its volume, budgets that let nodes be drained, and rules whose metrics are there."""
    prometheus = addons.prometheus
    if not isinstance(prometheus, InstalledPrometheus):
        return
    yield from _size_problems(prometheus)
    yield from budget_problems(prometheus.pod_disruption_budget, prometheus.replicas, _PATH)
    alertmanager, path = prometheus.alertmanager, (*_PATH, "alertmanager")
    yield from budget_problems(alertmanager.pod_disruption_budget, alertmanager.replicas, path)
    yield from resource_problems(alertmanager.resources, (*path, "resources"))
    yield from _rule_problems(prometheus.cluster_metrics, (*_PATH, "clusterMetrics"))


def _size_problems(prometheus: InstalledPrometheus) -> Iterator[Problem]:
    size, volume = prometheus.retention_size, prometheus.persistence
    if size and volume and int(size[:-2]) * _UNITS[size[-2:]] > quantity(volume.size):
        yield Problem(
            (*_PATH, "retentionSize"),
            f"'{size}' does not fit onto the volume of '{volume.size}', which would fill up before anything is deleted",
            "Keep it at four fifths of persistence.size at most",
        )


def _rule_problems(metrics: ClusterMetrics, path: Path) -> Iterator[Problem]:
    needed = {
        "nodeExporter": metrics.node_exporter,
        "kubeStateMetrics": metrics.kube_state_metrics,
        "kubelet": metrics.kubelet,
    }
    missing = [name for name, collected in needed.items() if not collected]
    if metrics.default_rules and missing:
        yield Problem(
            (*path, "defaultRules"),
            f"true, but without {' and '.join(missing)} these rules would alert of missing metrics, or never",
            f"Switch on {' and '.join(missing)}, or remove defaultRules",
        )
