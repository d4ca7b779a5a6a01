"""Monitors: from where the Prometheus operator has the metrics of the mesh collected.

Source: samples/addons/extras/prometheus-operator.yaml of Istio 1.29, and the ports in its charts
and injection templates.
"""

from collections.abc import Mapping, Sequence

from components.gateways.values import selector_label
from components.observability.alerts.catalog import Only
from components.observability.alerts.facts import mesh_facts
from components.observability.alerts.selection import active_alerts
from components.observability.monitors.settings import MonitorSettings
from components.observability.operator import OperatorHome
from components.platform.labels import COMMON_LABELS
from components.platform.manifest import Manifest
from components.settings.mesh import MeshSettings

STATUS_PORT = 15020
"""The agent's port, which offers the metrics of Envoy, of the agent and, merged, of the application.

It is in plain text also where STRICT holds: the sidecar does not take it over.
"""

ENVOY_PORT_NAME = "http-envoy-prom"
"""The container port that each sidecar and gateway declares, also as native sidecar, and no other container."""

ISTIOD_JOB, SIDECARS_JOB, GATEWAYS_JOB = "istiod", "istio-sidecars", "istio-gateways"
ZTUNNEL_JOB, CNI_JOB = "ztunnel", "istio-cni"
"""The label `job` of what is collected; alerts and dashboards tell components apart by it."""

_NODE = "__meta_kubernetes_pod_node_name"

Relabelings = list[dict[str, object]]


def mesh_monitors(settings: MeshSettings, home: OperatorHome) -> dict[str, Manifest]:
    """The monitors of a stack, by role; of what runs on every node, those that alerts need."""
    needed = {alert.template.only for alert in active_alerts(settings.alerts, mesh_facts(settings))}
    given = settings.alerts.monitors
    port = settings.mesh_config.default_config.status_port or STATUS_PORT
    labels = sorted(selector_label(name) for name in settings.gateways)
    found = {
        "istiod": _istiod(settings.control_plane.namespace, given, home),
        "sidecars": _pods("istio-sidecars", _proxies(labels, gateways=False), _proxy(SIDECARS_JOB, port, given), home),
    }
    if labels:
        endpoint = _proxy(GATEWAYS_JOB, port, given)
        found["gateways"] = _pods("istio-gateways", _proxies(labels, gateways=True), endpoint, home)
    if Only.ZTUNNEL in needed:
        # values of Istio's charts ztunnel and cni: labels of the pods, names of the container ports.
        endpoint = _node(ZTUNNEL_JOB, "ztunnel-stats", "/stats/prometheus", given)
        found["ztunnel"] = _pods("istio-ztunnel", {"matchLabels": {"app": "ztunnel"}}, endpoint, home)
    if Only.CNI in needed:
        endpoint = _node(CNI_JOB, "metrics", "/metrics", given)
        found["cni"] = _pods("istio-cni", {"matchLabels": {"k8s-app": "istio-cni-node"}}, endpoint, home)
    return found


def _istiod(namespace: str, given: MonitorSettings, home: OperatorHome) -> Manifest:
    """All revisions, by the labels of their Services."""
    endpoint = {"port": "http-monitoring", "interval": given.interval, "relabelings": [_job(ISTIOD_JOB)]}
    spec = {
        "selector": {"matchLabels": {"app": "istiod", "istio": "pilot"}},
        "namespaceSelector": {"matchNames": [namespace]},
        "endpoints": [endpoint],
    }
    return _monitor("ServiceMonitor", "istiod", spec, home)


def _pods(name: str, selector: Mapping[str, object], endpoint: Mapping[str, object], home: OperatorHome) -> Manifest:
    spec = {"selector": selector, "namespaceSelector": {"any": True}, "podMetricsEndpoints": [endpoint]}
    return _monitor("PodMonitor", name, spec, home)


def _monitor(kind: str, name: str, spec: Mapping[str, object], home: OperatorHome) -> Manifest:
    return {
        "apiVersion": "monitoring.coreos.com/v1",
        "kind": kind,
        "metadata": {"name": name, "namespace": home.namespace, "labels": {**COMMON_LABELS, **home.labels}},
        "spec": spec,
    }


def _proxies(labels: Sequence[str], *, gateways: bool) -> dict[str, object]:
    """All pods that may have a proxy; those of the stack's gateways, or the others. NotIn is also without the label."""
    ignored: dict[str, object] = {"key": "istio-prometheus-ignore", "operator": "DoesNotExist"}
    by_name: dict[str, object] = {"key": "istio", "operator": "In" if gateways else "NotIn", "values": list(labels)}
    return {"matchExpressions": [ignored, by_name] if labels else [ignored]}


def _proxy(job: str, port: int, given: MonitorSettings) -> dict[str, object]:
    gateway: Relabelings = (
        [{"sourceLabels": ["__meta_kubernetes_pod_label_app"], "targetLabel": "gateway"}] if job == GATEWAYS_JOB else []
    )
    return {
        "port": ENVOY_PORT_NAME,
        "path": "/stats/prometheus",
        "interval": given.interval,
        "relabelings": [_job(job), *_address(port), *gateway],
        **_dropped(given.drop),
    }


def _node(job: str, port: str, path: str, given: MonitorSettings) -> dict[str, object]:
    node: Relabelings = [{"sourceLabels": [_NODE], "targetLabel": "node"}]
    return {"port": port, "path": path, "interval": given.interval, "relabelings": [_job(job), *node]}


def _job(job: str) -> dict[str, object]:
    return {"targetLabel": "job", "replacement": job}


def _address(port: int) -> Relabelings:
    """The port that is declared is Envoy's alone; the agent's has the ends of certificates and the application too."""
    ip = ["__meta_kubernetes_pod_ip"]
    return [
        {"sourceLabels": ip, "regex": "(.+)", "targetLabel": "__address__", "replacement": f"$1:{port}"},
        {"sourceLabels": ip, "regex": "(.*:.*)", "targetLabel": "__address__", "replacement": f"[$1]:{port}"},
    ]


def _dropped(patterns: Sequence[str]) -> dict[str, object]:
    if not patterns:
        return {}
    rule = {"sourceLabels": ["__name__"], "regex": "|".join(patterns), "action": "drop"}
    return {"metricRelabelings": [rule]}
