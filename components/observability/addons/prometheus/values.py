"""Helm values of the chart kube-prometheus-stack."""

from collections.abc import Sequence

from components.observability.addons.prometheus.settings import AlertmanagerSettings, InstalledPrometheus
from components.observability.addons.shared import Persistence, placement
from components.observability.addons.volumes import claim_spec
from components.settings.workload import PodDisruptionBudget

SELECTORS = ("rule", "serviceMonitor", "podMonitor", "probe", "scrapeConfig")
"""What Prometheus takes from the cluster; the chart would take only what carries the label of its own release."""

CONTROL_PLANE = ("kubeControllerManager", "coreDns", "kubeEtcd", "kubeScheduler", "kubeProxy")
"""Parts of Kubernetes that the chart would monitor, and that managed clusters do not let anybody reach."""


def prometheus_values(
    prometheus: InstalledPrometheus, *, config_secret: str | None, mounted_secrets: Sequence[str] = ()
) -> dict[str, object]:
    """Values of kube-prometheus-stack, in the chart's own names; None stands for the chart's default.

    `config_secret` names a Secret whose key `alertmanager.yaml` is Alertmanager's configuration; without one the
    chart's own holds, which tells nobody. `mounted_secrets` are those that this configuration reads beside it.

    The operator's webhook is off, and with it its TLS, whose certificate the webhook's jobs make: monitors and rules of
    this program are checked before they are registered.
    """
    metrics, where = prometheus.cluster_metrics, placement(prometheus)
    return {
        "grafana": {"enabled": False},
        "nodeExporter": {"enabled": metrics.node_exporter},
        "kubeStateMetrics": {"enabled": metrics.kube_state_metrics},
        "kubelet": {"enabled": metrics.kubelet},
        "defaultRules": {"create": metrics.default_rules},
        "kubeApiServer": {"enabled": metrics.default_rules},
        **{part: {"enabled": False} for part in CONTROL_PLANE},
        "prometheusOperator": {
            "admissionWebhooks": {"enabled": False},
            "tls": {"enabled": False},
            "kubeletService": {"enabled": metrics.kubelet},
            **where,
        },
        "prometheus": {
            "podDisruptionBudget": _budget(prometheus.pod_disruption_budget),
            "prometheusSpec": _spec(prometheus) | where,
        },
        "alertmanager": {
            "podDisruptionBudget": _budget(prometheus.alertmanager.pod_disruption_budget),
            "alertmanagerSpec": _alertmanager_spec(prometheus.alertmanager, config_secret, mounted_secrets) | where,
        },
    }


def _spec(prometheus: InstalledPrometheus) -> dict[str, object]:
    return {
        "replicas": prometheus.replicas,
        "retention": prometheus.retention,
        "retentionSize": prometheus.retention_size,
        "scrapeInterval": prometheus.scrape_interval,
        "resources": prometheus.resources.model_dump(by_alias=True),
        "storageSpec": _storage(prometheus.persistence),
        **{f"{kind}SelectorNilUsesHelmValues": False for kind in SELECTORS},
    }


def _alertmanager_spec(
    alertmanager: AlertmanagerSettings, config_secret: str | None, mounted_secrets: Sequence[str]
) -> dict[str, object]:
    return {
        "replicas": alertmanager.replicas,
        "retention": alertmanager.retention,
        "resources": alertmanager.resources.model_dump(by_alias=True),
        "storage": _storage(alertmanager.persistence),
        "useExistingSecret": True if config_secret else None,
        "configSecret": config_secret,
        "secrets": list(mounted_secrets) or None,
    }


def _storage(persistence: Persistence | None) -> dict[str, object] | None:
    return {"volumeClaimTemplate": {"spec": claim_spec(persistence)}} if persistence else None


def _budget(budget: PodDisruptionBudget | None) -> dict[str, object] | None:
    return {"enabled": True, "minAvailable": budget.min_available} if budget else None
