"""Settings of Prometheus and Alertmanager, which come from the chart kube-prometheus-stack."""

from typing import Annotated, Literal

from pydantic import Field

from components.observability.addons.shared import ExternalSource, InstalledAddon, Persistence
from components.settings.field_types import DataSize, Duration, PrometheusDuration, Replicas
from components.settings.model import SettingsModel
from components.settings.workload import PodDisruptionBudget, Resources


class AlertmanagerSettings(SettingsModel):
    """Alertmanager, which groups what Prometheus alerts of and tells people."""

    replicas: Replicas
    """How many run; they tell each other what has been sent, so that people are told once."""
    retention: Duration
    """How long it remembers silences and what it has sent: '120h'."""
    persistence: Persistence | None = None
    """A volume for silences; they are lost with the pod when left out."""
    pod_disruption_budget: PodDisruptionBudget | None = None
    """The disruption budget; none when left out."""
    resources: Resources = Resources.defaults()
    """CPU and memory; what is left out keeps the chart's default."""


class ClusterMetrics(SettingsModel):
    """What the chart can collect of the cluster itself. Nothing here is needed to see into the mesh."""

    node_exporter: bool = False
    """Metrics of the nodes, by a DaemonSet that sees the node's own processes and file systems."""
    kube_state_metrics: bool = False
    """Metrics of what the API server knows: Deployments, Pods, Jobs."""
    kubelet: bool = False
    """Metrics of the kubelets, and of containers by cAdvisor."""
    default_rules: bool = False
    """The chart's own alerts about Kubernetes; they need the three others."""


class InstalledPrometheus(InstalledAddon):
    """Prometheus, Alertmanager and the operator that runs them.

    The operator takes every ServiceMonitor, PodMonitor and PrometheusRule of the cluster.
    """

    kind: Literal["installed"]
    """Whether the program installs it."""
    replicas: Replicas
    """How many run. Each one collects everything, so that the others are not missing what one misses."""
    retention: PrometheusDuration
    """How long metrics are kept: a whole number with a unit (y, w, d, h, m or s), such as '15d'."""
    retention_size: DataSize | None = None
    """How much is kept at most, whichever comes first, in Prometheus' own units: '45GB'."""
    scrape_interval: PrometheusDuration
    """How often metrics are collected, where a monitor does not say so itself."""
    persistence: Persistence | None = None
    """A volume for metrics; they are lost with the pod when left out."""
    pod_disruption_budget: PodDisruptionBudget | None = None
    """The disruption budget; none when left out."""
    alertmanager: AlertmanagerSettings
    """Alertmanager."""
    cluster_metrics: ClusterMetrics = ClusterMetrics.defaults()
    """What is collected of the cluster itself."""


PrometheusSettings = Annotated[InstalledPrometheus | ExternalSource, Field(discriminator="kind")]
"""Prometheus: installed, or somebody else's."""
