"""All that a stack says about traffic: objects in their own field names, and those made from other settings."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property

from components.control_plane.environment import SEVERAL_AUTHORIZERS
from components.gateways.specs import gateway_manifests
from components.gateways.values import selector_label
from components.kinds.catalog import Kind, kind_of
from components.kinds.node import Node
from components.kinds.resource import Resource
from components.kinds.scalars import truth
from components.mesh_config.settings import OutboundMode
from components.observability.telemetry.collectors import providers
from components.platform.manifest import Manifest
from components.resources.checks import resource_node
from components.samples.bookinfo.catalog import bookinfo_catalog
from components.samples.bookinfo.routes import bookinfo_traffic
from components.samples.bookinfo.specs import bookinfo_workloads
from components.security.authorization.identities import trust_domains
from components.security.mtls.specs import mtls_origins, mtls_policies
from components.services.names import cluster_host
from components.services.specs import derived
from components.settings.mesh import MeshSettings
from components.settings.problems import Path
from components.settings.profiles import Profile
from components.tls.references import secret_names
from components.traffic.names import EVERYWHERE, full_host, service_of
from components.traffic.part import Part
from components.traffic.workloads import Call, Labels, Workload, declared_calls, known_workloads

NETWORKING = "networking.istio.io"
SECURITY = "security.istio.io"
GATEWAY_API = "gateway.networking.k8s.io"

_SERVICE = Kind(group="", kind="Service", plural="services", versions=("v1",))
_MADE_FROM = ("services", "externals", "gateways", "samples", "authorization", "jwt", "telemetry", "mtls")
"""The settings from which objects are made; while one of them is refused, none is."""


@dataclass(frozen=True, kw_only=True)
class TrafficModel:
    """The objects of a stack by kind, host and namespace, and what is known of Services and pods.

    Objects that other checks refuse are in it, so that nobody misses them, but are not judged.
    """

    parts: tuple[Part, ...]
    workloads: Mapping[str, Workload]
    """The pods behind a Service, by its full host."""
    gateways: Mapping[tuple[str, str], Labels]
    """The labels of the pods of each entry of mesh.gateways, by namespace and name."""
    described: frozenset[str]
    """Namespaces whose Services are entries of mesh.services."""
    own_namespaces: frozenset[str]
    """Namespaces that the stack makes or keeps objects in, so that what is there is part of it."""
    root_namespace: str
    registry_only: bool
    """Whether proxies drop what goes to hosts that the mesh does not know."""
    defaults: Mapping[str, tuple[str, ...]]
    """Namespaces that see objects without exportTo, by kind, where the mesh config says so."""
    calls: tuple[Call, ...]
    """The calls between services that the stack declares."""
    production: bool
    """Whether what production refuses is refused."""
    trust_domains: tuple[str, ...]
    """The trust domain of the mesh, then its aliases."""
    federated: bool
    """Whether there are further roots of trust, and so perhaps identities of other trust domains."""
    path_normalization: str | None
    """How paths are made uniform, where the mesh config says so."""
    providers: Mapping[str, str]
    """Kinds of the mesh's extension providers by name."""
    several_authorizers: bool
    """Whether istiod takes CUSTOM policies of several authorizers for one workload."""
    unsure: frozenset[str]
    """Kinds of which an object is refused, so that another may be missed in vain; '*' for all kinds."""

    @cached_property
    def by_kind(self) -> Mapping[tuple[str, str], list[Part]]:
        """All objects by group and kind."""
        found: dict[tuple[str, str], list[Part]] = {}
        for part in self.parts:
            found.setdefault(part.key, []).append(part)
        return found

    def istio(self, kind: str) -> list[Part]:
        """The objects of one of Istio's networking kinds."""
        return self.by_kind.get((NETWORKING, kind), [])

    def security(self, kind: str) -> list[Part]:
        """The objects of one of Istio's security kinds."""
        return self.by_kind.get((SECURITY, kind), [])

    def gateway_api(self, kind: str) -> list[Part]:
        """The objects of one of the Gateway API's kinds."""
        return self.by_kind.get((GATEWAY_API, kind), [])

    def whole(self, *kinds: str) -> bool:
        """Whether every object of these kinds is known, so that one that is missing is missing indeed."""
        return self.unsure.isdisjoint({"*", *kinds})

    def visible(self, part: Part) -> frozenset[str]:
        """The namespaces that see an object; `*` for all. Source: exportTo in Istio's references."""
        given = part.spec.at("exportTo").texts or self.defaults.get(part.kind) or (EVERYWHERE,)
        return frozenset(part.namespace if one == "." else one for one in given if one != "~")

    @cached_property
    def services(self) -> frozenset[str]:
        """Full hosts of the Services that the stack makes or describes."""
        made = {cluster_host(part.name, part.namespace) for part in self.by_kind.get(_SERVICE.key, [])}
        return frozenset({*made, *self.workloads, *(cluster_host(name, place) for place, name in self.gateways)})

    @cached_property
    def istio_gateways(self) -> Mapping[tuple[str, str], Part]:
        """Istio's Gateways by namespace and name."""
        return {(one.namespace, one.name): one for one in self.istio("Gateway")}

    @cached_property
    def entries(self) -> Mapping[str, list[Part]]:
        """ServiceEntries by host, `*.` included."""
        return self._by_host("ServiceEntry", "hosts")

    @cached_property
    def rules(self) -> Mapping[str, list[Part]]:
        """DestinationRules by full host, `*.` included."""
        return self._by_host("DestinationRule", "host")

    def home(self, host: str) -> str | None:
        """The namespace of the Service or ServiceEntry behind a full host; None when it is not known."""
        found = service_of(host)
        if found:
            return found[0]
        entries = self.entries.get(host) or []
        return entries[0].namespace if len(entries) == 1 else None

    def _by_host(self, kind: str, field: str) -> dict[str, list[Part]]:
        found: dict[str, list[Part]] = {}
        for part in self.istio(kind):
            node = part.spec.at(field)
            hosts = node.texts or ([node.text] if node.text else [])
            for host in dict.fromkeys(full_host(one, part.namespace) for one in hosts):
                found.setdefault(host, []).append(part)
        return found


def traffic_model(settings: MeshSettings, wrong: Sequence[Path] = ()) -> TrafficModel:
    """The model of a stack; `wrong` are the paths that other checks refuse. It takes linear time."""
    sound = not any(path[:1] == () or path[0] in _MADE_FROM for path in wrong)
    refused = {path[1] for path in wrong if len(path) > 1 and path[0] == "resources"}
    parts = [*_given(settings, refused), *(_made(settings) if sound else ())]
    kinds = {one.kind for index, one in enumerate(settings.resources) if index in refused}
    lost = ("resources",) in wrong or any(not isinstance(one, int) or one >= len(settings.resources) for one in refused)
    mesh = settings.mesh_config
    exports = {
        "VirtualService": mesh.default_virtual_service_export_to,
        "DestinationRule": mesh.default_destination_rule_export_to,
        "ServiceEntry": mesh.default_service_export_to,
    }
    return TrafficModel(
        parts=tuple(parts),
        workloads=dict(known_workloads(settings)),
        gateways={(one.namespace, name): _gateway_labels(name, one.labels) for name, one in settings.gateways.items()},
        described=frozenset(one.namespace for one in settings.services.values()),
        own_namespaces=frozenset(_own_namespaces(settings, parts)),
        root_namespace=settings.control_plane.namespace,
        registry_only=bool(
            mesh.outbound_traffic_policy and mesh.outbound_traffic_policy.mode is OutboundMode.REGISTRY_ONLY
        ),
        defaults={kind: given for kind, given in exports.items() if given},
        calls=tuple(declared_calls(settings)) if sound else (),
        production=settings.profile is Profile.PRODUCTION,
        trust_domains=trust_domains(settings),
        federated=bool(mesh.ca_certificates),
        path_normalization=mesh.path_normalization.normalization.value if mesh.path_normalization else None,
        providers={one.name: one.kind for one in reversed(providers(settings))},
        several_authorizers=truth(settings.control_plane.env.get(SEVERAL_AUTHORIZERS, "")) is True,
        unsure=frozenset(kinds | ({"*"} if lost or not sound else set())),
    )


def _given(settings: MeshSettings, refused: Iterable[str | int]) -> Iterator[Part]:
    for index, entry in enumerate(settings.resources):
        kind = kind_of(entry.api_version, entry.kind)
        if kind is not None:
            resource = Resource(kind, resource_node(entry, index), settings.istio.version)
            yield Part(resource, judged=index not in refused)


def _made(settings: MeshSettings) -> Iterator[Part]:
    for one in derived(settings):
        yield from _part(one.manifest, one.origin)
    origins = mtls_origins(settings.mtls)
    for role, manifest in mtls_policies(settings.mtls, settings.control_plane.namespace).items():
        yield from _part(manifest, origins[role])
    secrets = secret_names(settings)
    for name, gateway in settings.gateways.items():
        for manifest in gateway_manifests(name, gateway, secrets).values():
            yield from _part(manifest, ("gateways", name))
    sample = settings.samples.bookinfo
    if sample and sample.gateway in settings.gateways:
        objects = bookinfo_workloads(bookinfo_catalog(), sample.namespace)
        objects |= bookinfo_traffic(sample, settings.gateways[sample.gateway].namespace, settings.services)
        for manifest in objects.values():
            yield from _part(manifest, ("samples", "bookinfo"))


def _part(manifest: Manifest, origin: Path) -> Iterator[Part]:
    is_service = manifest["apiVersion"] == "v1" and manifest["kind"] == "Service"
    kind = _SERVICE if is_service else kind_of(manifest["apiVersion"], manifest["kind"])
    if kind is not None:
        yield Part(Resource(kind, Node(manifest, origin)), origin)


def _gateway_labels(name: str, own: Labels) -> Labels:
    return {**own, "app": name, "istio": selector_label(name)}


def _own_namespaces(settings: MeshSettings, parts: Iterable[Part]) -> Iterator[str]:
    yield from settings.namespaces
    for one in (*settings.gateways.values(), *settings.services.values(), *settings.externals.values()):
        yield one.namespace
    yield from (part.namespace for part in parts)
