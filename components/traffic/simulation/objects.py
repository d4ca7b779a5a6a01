"""What a stack deploys, as far as it decides about requests."""

from collections.abc import Mapping
from dataclasses import dataclass

from components.kinds.node import Node
from components.namespaces.specs import mesh_namespaces, namespace_labels
from components.observability.telemetry.collectors import providers
from components.platform.manifest import Manifest
from components.resources.specs import resource_manifest
from components.security.authorization.identities import trust_domains
from components.security.path_parameters.settings import PathParameters
from components.settings.mesh import MeshSettings
from components.settings.problems import Path
from components.traffic.made import made_objects
from components.traffic.simulation.mesh_object import MeshObject
from components.traffic.simulation.proxies import GatewayProxy, gateway_proxies
from components.traffic.simulation.services import Service, services_of

_EXPORTED = ("Service", "VirtualService", "DestinationRule")


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
    refuses_traversal: bool
    """Whether proxies refuse paths in which a ';' hides a segment (`pathParameters`)."""
    default_retries: Node
    default_exports: Mapping[str, tuple[str, ...]]
    """meshConfig.default...ExportTo by kind."""
    auto_mtls: bool
    """Whether proxies speak mutual TLS wherever both sides can."""
    trust_domains: tuple[str, ...]
    """The trust domain of the mesh, then its aliases."""
    providers: Mapping[str, str]
    """Kinds of the mesh's extension providers by name."""

    def exported(self, one: MeshObject) -> tuple[str, ...]:
        """The namespaces that an object is exported to; all when empty."""
        return tuple(one.spec.at("exportTo").texts) or self.default_exports.get(one.kind, ())

    def of_kind(self, kind: str, group: str = "networking.istio.io") -> list[MeshObject]:
        """The objects of a kind, by name and then namespace: so does istiod order those of one moment."""
        found = [one for one in self.objects if (one.kind, one.group) == (kind, group)]
        return sorted(found, key=lambda one: (one.name, one.namespace))


def stack_of(settings: MeshSettings) -> Stack:
    """What `settings` deploy. Kubernetes Services that others deploy are known where `services` tells of them."""
    made = [_mesh_object(one.manifest, one.origin) for one in made_objects(settings)]
    istio = settings.istio.version
    given = [
        _mesh_object(resource_manifest(entry, istio), ("resources", index))
        for index, entry in enumerate(settings.resources)
    ]
    objects = (*made, *given)
    outbound, normalization = settings.mesh_config.outbound_traffic_policy, settings.mesh_config.path_normalization
    mesh_config = Node(settings.mesh_config.model_dump(mode="json", by_alias=True, exclude_none=True), ("meshConfig",))
    exports = {kind: tuple(mesh_config.at(f"default{kind}ExportTo").texts) for kind in _EXPORTED}
    return Stack(
        objects=objects,
        services={one.host: one for one in services_of(settings, objects)},
        proxies=tuple(gateway_proxies(settings, objects)),
        namespace_labels={
            name: namespace_labels(one) | {"kubernetes.io/metadata.name": name}
            for name, one in mesh_namespaces(settings).items()
        },
        root_namespace=settings.control_plane.namespace,
        outbound_mode=outbound.mode.value if outbound else "ALLOW_ANY",
        path_normalization=normalization.normalization.value if normalization else "DEFAULT",
        refuses_traversal=settings.path_parameters is PathParameters.REFUSE_TRAVERSAL,
        default_retries=mesh_config.at("defaultHttpRetryPolicy"),
        default_exports=exports,
        auto_mtls=settings.mesh_config.enable_auto_mtls is not False,
        trust_domains=trust_domains(settings),
        providers={one.name: one.kind for one in reversed(providers(settings))},
    )


def _mesh_object(manifest: Manifest, origin: Path) -> MeshObject:
    node = Node(manifest, origin)
    version, metadata = node.at("apiVersion").text or "", node.at("metadata")
    return MeshObject(
        group=version.rpartition("/")[0],
        kind=node.at("kind").text or "",
        namespace=metadata.at("namespace").text or "",
        name=metadata.at("name").text or "",
        spec=node.at("spec"),
        metadata=metadata,
    )
