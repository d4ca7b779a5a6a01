"""Which pods the installed addons have, and who has to reach them: what network policies are made from."""

from dataclasses import dataclass
from enum import StrEnum

from components.observability.addons.names import STACK
from components.observability.addons.settings import AddonsSettings
from components.settings.later import imported_when_used

with imported_when_used():
    from components.observability.addons.grafana.settings import InstalledGrafana
    from components.observability.addons.jaeger.settings import InstalledJaeger
    from components.observability.addons.kiali.settings import InstalledKiali
    from components.observability.addons.prometheus.settings import InstalledPrometheus


class Callers(StrEnum):
    """Who calls a port."""

    ADDONS = "addons"
    """Pods of the addons' own namespace."""
    MESH = "mesh"
    """Every proxy of the mesh."""
    API_SERVER = "apiServer"
    """The Kubernetes API server, for webhooks."""


@dataclass(frozen=True, kw_only=True)
class AddonPort:
    """One TCP port of a pod."""

    port: int
    callers: Callers = Callers.ADDONS


@dataclass(frozen=True, kw_only=True)
class AddonWorkload:
    """The pods of one workload of an installed addon."""

    name: str
    namespace: str
    labels: dict[str, str]
    """The labels by which its pods are found."""
    ports: tuple[AddonPort, ...]
    """Ports of the pods, not of their Services. `kubectl port-forward` reaches them from their node."""
    scrapes_mesh: bool = False
    """Whether it calls pods of every namespace, to collect their metrics."""
    calls_istiod: bool = False
    """Whether it asks istiod for its view of the mesh (ports 8080 and 15014)."""
    calls_api_server: bool = False
    """Whether it watches objects of the cluster."""


def addon_workloads(addons: AddonsSettings) -> list[AddonWorkload]:
    """The workloads of the addons that the program installs; labels and ports are those of the charts.

    Sources: templates of the charts kube-prometheus-stack 88.5, grafana 12.11, jaeger 4.11 and kiali-server 2.29, and
    for pods of the operator makeStatefulSetSpec of prometheus-operator (pkg/prometheus/server, pkg/alertmanager).
    """
    found: list[AddonWorkload] = []
    namespace = addons.namespace
    if isinstance(addons.prometheus, InstalledPrometheus):
        found += _prometheus(namespace)
    if isinstance(addons.grafana, InstalledGrafana):
        labels = {"app.kubernetes.io/name": "grafana", "app.kubernetes.io/instance": "grafana"}
        gossip = (AddonPort(port=9094),) if addons.grafana.replicas > 1 else ()
        ports = (AddonPort(port=3000), *gossip)
        found.append(
            AddonWorkload(name="grafana", namespace=namespace, labels=labels, ports=ports, calls_api_server=True)
        )
    if isinstance(addons.jaeger, InstalledJaeger):
        labels = {"app.kubernetes.io/name": "jaeger", "app.kubernetes.io/instance": "jaeger"}
        ports = (
            *(AddonPort(port=port, callers=Callers.MESH) for port in (4317, 4318, 9411)),
            *(AddonPort(port=port) for port in (16685, 16686, 8888)),
        )
        found.append(AddonWorkload(name="jaeger", namespace=namespace, labels=labels, ports=ports))
    if isinstance(addons.kiali, InstalledKiali):
        labels = {"app.kubernetes.io/name": "kiali", "app.kubernetes.io/instance": "kiali"}
        ports = (AddonPort(port=20001), AddonPort(port=9090))
        found.append(
            AddonWorkload(
                name="kiali",
                namespace=namespace,
                labels=labels,
                ports=ports,
                calls_istiod=True,
                calls_api_server=True,
            )
        )
    return found


def _prometheus(namespace: str) -> list[AddonWorkload]:
    return [
        AddonWorkload(
            name="prometheus",
            namespace=namespace,
            labels={"app.kubernetes.io/name": "prometheus", "operator.prometheus.io/name": f"{STACK}-prometheus"},
            ports=(AddonPort(port=9090), AddonPort(port=8080)),
            scrapes_mesh=True,
            calls_api_server=True,
        ),
        AddonWorkload(
            name="alertmanager",
            namespace=namespace,
            labels={"app.kubernetes.io/name": "alertmanager", "alertmanager": f"{STACK}-alertmanager"},
            ports=(AddonPort(port=9093), AddonPort(port=9094), AddonPort(port=8080)),
        ),
        AddonWorkload(
            name="prometheus-operator",
            namespace=namespace,
            labels={"app": f"{STACK}-operator", "release": STACK},
            ports=(AddonPort(port=8080),),
            calls_api_server=True,
        ),
    ]
