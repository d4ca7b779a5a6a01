"""The hosts that the mesh knows: Services of Kubernetes, and those of ServiceEntries."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field

from components.gateways.values import service_ports
from components.namespaces.settings import Injection
from components.security.authorization.identities import gateway_principal, principal, service_principal
from components.services.names import cluster_host, pod_labels, service_name
from components.services.ports import ports_of
from components.settings.mesh import MeshSettings
from components.traffic.simulation.mesh_object import MeshObject
from components.traffic.simulation.proxies import gateway_labels


@dataclass(frozen=True, kw_only=True)
class Service:
    """A host that the mesh knows: a Kubernetes Service, or one of a ServiceEntry."""

    host: str
    namespace: str
    ports: Mapping[int, str]
    """The name or protocol of each port, from which Istio tells whether requests can be told apart."""
    selector: Mapping[str, str] = field(default_factory=dict[str, str])
    exported: tuple[str, ...] = ()
    pod_ports: Mapping[int, int] = field(default_factory=dict[int, int])
    """The port of the pods for each port, where it is another one."""
    principal: str | None = None
    """The identity of its pods; None where it is not known."""
    injected: bool | None = None
    """Whether its pods have a sidecar, or are proxies themselves; None where nothing says so."""
    gateway: bool = False
    """Whether its pods are a gateway of the stack, whose servers say what it takes."""

    def speaks_http(self, port: int) -> bool:
        """Whether requests at a port are routed one by one; a port without a known protocol is looked into."""
        word = self.ports.get(port, "tcp").lower().partition("-")[0]
        return port in self.ports and word not in ("tcp", "tls", "https", "mongo", "mysql", "redis", "udp")


def services_of(settings: MeshSettings, objects: Iterable[MeshObject]) -> Iterator[Service]:
    """Every host: of `services`, of gateways, and of the Services and ServiceEntries among the objects."""
    objects = list(objects)
    for key, one in settings.services.items():
        own = one.proxy.inject if one.proxy else None
        yield Service(
            host=cluster_host(service_name(key, one), one.namespace),
            namespace=one.namespace,
            ports={port.port: port.protocol.value for port in ports_of(one)},
            selector=pod_labels(key, one),
            pod_ports={port.port: port.target_port for port in ports_of(one) if port.target_port},
            principal=service_principal(settings, key),
            injected=_injected(settings, one.namespace) if own is None else own,
        )
    for name, gateway in settings.gateways.items():
        ports = service_ports(gateway)
        yield Service(
            host=cluster_host(name, gateway.namespace),
            namespace=gateway.namespace,
            ports={port.port: port.name for port in ports},
            selector=gateway_labels(name, gateway),
            pod_ports={port.port: port.target_port for port in ports if port.target_port},
            principal=gateway_principal(settings, name),
            injected=True,
            gateway=True,
        )
    for one in objects:
        if (one.kind, one.group) == ("Service", ""):
            yield _of_kubernetes(settings, one, objects)
        elif one.kind == "ServiceEntry":
            numbers = {port.at("number").whole or 0: port.at("protocol").text or "" for port in one.spec.at("ports")}
            exported = tuple(one.spec.at("exportTo").texts)
            for host in one.spec.at("hosts").texts:
                yield Service(host=host.lower(), namespace=one.namespace, ports=numbers, exported=exported)


def _of_kubernetes(settings: MeshSettings, one: MeshObject, objects: list[MeshObject]) -> Service:
    ports = one.spec.at("ports").items
    selector = {name: label.text or "" for name, label in one.spec.at("selector").entries}
    account = _account(one.namespace, selector, objects)
    return Service(
        host=cluster_host(one.name, one.namespace),
        namespace=one.namespace,
        ports={port.at("port").whole or 0: port.at("name").text or "" for port in ports},
        selector=selector,
        pod_ports={
            port.at("port").whole or 0: port.at("targetPort").whole or 0
            for port in ports
            if port.at("targetPort").whole
        },
        principal=principal(settings, one.namespace, account) if account else None,
        injected=_injected(settings, one.namespace),
    )


def _account(namespace: str, selector: Mapping[str, str], objects: Iterable[MeshObject]) -> str | None:
    """The service account of the pods of a Service, where one of the stack's Deployments makes them."""
    for one in objects:
        if (one.kind, one.namespace) == ("Deployment", namespace):
            template = one.spec.at("template")
            labels = {name: value.text for name, value in template.at("metadata", "labels").entries}
            if selector and selector.items() <= labels.items():
                return template.at("spec", "serviceAccountName").text
    return None


def _injected(settings: MeshSettings, namespace: str) -> bool | None:
    declared = settings.namespaces.get(namespace)
    if declared is None or declared.injection is None:
        return None
    return declared.injection is not Injection.DISABLED
