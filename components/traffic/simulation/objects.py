"""What a stack deploys, as far as it decides about requests."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field

from components.gateways.specs import gateway_manifests
from components.gateways.values import service_ports
from components.kinds.node import Node
from components.namespaces.specs import mesh_namespaces, namespace_labels
from components.platform.manifest import Manifest
from components.resources.specs import resource_manifest
from components.samples.bookinfo.catalog import bookinfo_catalog
from components.samples.bookinfo.routes import bookinfo_traffic
from components.samples.bookinfo.specs import bookinfo_workloads
from components.services.names import cluster_host, pod_labels, service_name
from components.services.specs import derived
from components.settings.mesh import MeshSettings
from components.settings.problems import Path
from components.tls.references import secret_names
from components.traffic.simulation.mesh_object import MeshObject
from components.traffic.simulation.proxies import GatewayProxy, gateway_labels, gateway_proxies

_EXPORTED = ("Service", "VirtualService", "DestinationRule")


@dataclass(frozen=True, kw_only=True)
class Service:
    """A host that the mesh knows: a Kubernetes Service, or one of a ServiceEntry."""

    host: str
    namespace: str
    ports: Mapping[int, str]
    """The name or protocol of each port, from which Istio tells whether requests can be told apart."""
    selector: Mapping[str, str] = field(default_factory=dict[str, str])
    exported: tuple[str, ...] = ()

    def speaks_http(self, port: int) -> bool:
        """Whether requests at a port are routed one by one; a port without a known protocol is looked into."""
        word = self.ports.get(port, "tcp").lower().partition("-")[0]
        return port in self.ports and word not in ("tcp", "tls", "https", "mongo", "mysql", "redis", "udp")


@dataclass(frozen=True, kw_only=True)
class Stack:
    """All of a stack that decides about requests."""

    objects: tuple[MeshObject, ...]
    services: Mapping[str, Service]
    """By host."""
    proxies: tuple[GatewayProxy, ...]
    namespace_labels: Mapping[str, Mapping[str, str]]
    root_namespace: str
    outbound_mode: str
    path_normalization: str
    default_retries: Node

    default_exports: Mapping[str, tuple[str, ...]]
    """meshConfig.default...ExportTo by kind."""

    def exported(self, one: MeshObject) -> tuple[str, ...]:
        """The namespaces that an object is exported to; all when empty."""
        return tuple(one.spec.at("exportTo").texts) or self.default_exports.get(one.kind, ())

    def of_kind(self, kind: str, group: str = "networking.istio.io") -> list[MeshObject]:
        """The objects of a kind, by name and then namespace: so does istiod order those of one moment."""
        found = [one for one in self.objects if (one.kind, one.group) == (kind, group)]
        return sorted(found, key=lambda one: (one.name, one.namespace))


def stack_of(settings: MeshSettings) -> Stack:
    """What `settings` deploy. Kubernetes Services that others deploy are known where `services` tells of them."""
    objects = tuple(_mesh_object(manifest, origin) for manifest, origin in _manifests(settings))
    outbound, normalization = settings.mesh_config.outbound_traffic_policy, settings.mesh_config.path_normalization
    mesh_config = Node(settings.mesh_config.model_dump(mode="json", by_alias=True, exclude_none=True), ("meshConfig",))
    exports = {kind: tuple(mesh_config.at(f"default{kind}ExportTo").texts) for kind in _EXPORTED}
    return Stack(
        objects=objects,
        services={one.host: one for one in _services(settings, objects)},
        proxies=tuple(gateway_proxies(settings, objects)),
        namespace_labels={
            name: namespace_labels(one) | {"kubernetes.io/metadata.name": name}
            for name, one in mesh_namespaces(settings).items()
        },
        root_namespace=settings.control_plane.namespace,
        outbound_mode=outbound.mode.value if outbound else "ALLOW_ANY",
        path_normalization=normalization.normalization.value if normalization else "DEFAULT",
        default_retries=mesh_config.at("defaultHttpRetryPolicy"),
        default_exports=exports,
    )


def _manifests(settings: MeshSettings) -> Iterator[tuple[Manifest, Path]]:
    names = secret_names(settings)
    for name, gateway in settings.gateways.items():
        yield from ((one, ("gateways", name)) for one in gateway_manifests(name, gateway, names).values())
    yield from ((one.manifest, one.origin) for one in derived(settings))
    for index, entry in enumerate(settings.resources):
        yield resource_manifest(entry), ("resources", index)
    if sample := settings.samples.bookinfo:
        objects = bookinfo_workloads(bookinfo_catalog(), sample.namespace)
        objects |= bookinfo_traffic(sample, settings.gateways[sample.gateway].namespace, settings.services)
        yield from ((one, ("samples", "bookinfo")) for one in objects.values())


def _mesh_object(manifest: Manifest, origin: Path) -> MeshObject:
    node = Node(manifest, origin)
    version, metadata = node.at("apiVersion").text or "", node.at("metadata")
    return MeshObject(
        group=version.rpartition("/")[0],
        kind=node.at("kind").text or "",
        namespace=metadata.at("namespace").text or "",
        name=metadata.at("name").text or "",
        spec=node.at("spec"),
    )


def _services(settings: MeshSettings, objects: Iterable[MeshObject]) -> Iterator[Service]:
    for key, one in settings.services.items():
        yield Service(
            host=cluster_host(service_name(key, one), one.namespace),
            namespace=one.namespace,
            ports={one.port: one.protocol.value},
            selector=pod_labels(key, one),
        )
    for name, gateway in settings.gateways.items():
        ports = {port.port: port.name for port in service_ports(gateway)}
        host = cluster_host(name, gateway.namespace)
        yield Service(host=host, namespace=gateway.namespace, ports=ports, selector=gateway_labels(name, gateway))
    for one in objects:
        ports = one.spec.at("ports").items
        if (one.kind, one.group) == ("Service", ""):
            yield Service(
                host=cluster_host(one.name, one.namespace),
                namespace=one.namespace,
                ports={port.at("port").whole or 0: port.at("name").text or "" for port in ports},
                selector={name: label.text or "" for name, label in one.spec.at("selector").entries},
            )
        elif one.kind == "ServiceEntry":
            numbers = {port.at("number").whole or 0: port.at("protocol").text or "" for port in ports}
            exported = tuple(one.spec.at("exportTo").texts)
            for host in one.spec.at("hosts").texts:
                yield Service(host=host.lower(), namespace=one.namespace, ports=numbers, exported=exported)
