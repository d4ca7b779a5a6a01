"""Puts the traffic model of a stack together: objects in their own field names, and those made from other settings."""

from collections.abc import Iterable, Iterator, Sequence

from components.control_plane.environment import ALPHA_GATEWAY_API, SEVERAL_AUTHORIZERS
from components.gateways.values import selector_label
from components.kinds.catalog import kind_of
from components.kinds.node import Node
from components.kinds.resource import Resource
from components.kinds.scalars import truth
from components.mesh_config.settings import OutboundMode
from components.observability.telemetry.collectors import providers
from components.resources.node import resource_node
from components.security.authorization.identities import trust_domains
from components.services.documents import Derived
from components.settings.mesh import MeshSettings
from components.settings.problems import Path
from components.settings.profiles import Profile
from components.traffic.made import made_objects
from components.traffic.model import SERVICE, TrafficModel
from components.traffic.part import Part
from components.traffic.workloads import Labels, declared_calls, known_workloads

_MADE_FROM = ("services", "externals", "gateways", "samples", "authorization", "jwt", "telemetry", "mtls")
"""The settings from which objects are made; while one of them is refused, none is."""


def traffic_model(settings: MeshSettings, wrong: Sequence[Path] = ()) -> TrafficModel:
    """The traffic model of a stack; `wrong` are the paths that other checks refuse. It takes linear time."""
    sound = not any(path[:1] == () or path[0] in _MADE_FROM for path in wrong)
    refused = {path[1] for path in wrong if len(path) > 1 and path[0] == "resources"}
    made = [part for one in made_objects(settings) for part in _part(one)] if sound else []
    parts = [*_given(settings, refused), *made]
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
        istio_version=settings.istio.version,
        alpha_gateway_api=truth(settings.control_plane.env.get(ALPHA_GATEWAY_API, "")) is True,
        several_authorizers=truth(settings.control_plane.env.get(SEVERAL_AUTHORIZERS, "")) is True,
        unsure=frozenset(kinds | ({"*"} if lost or not sound else set())),
    )


def _given(settings: MeshSettings, refused: Iterable[str | int]) -> Iterator[Part]:
    for index, entry in enumerate(settings.resources):
        kind = kind_of(entry.api_version, entry.kind)
        if kind is not None:
            resource = Resource(kind, resource_node(entry, index), settings.istio.version)
            yield Part(resource, judged=index not in refused)


def _part(made: Derived) -> Iterator[Part]:
    manifest = made.manifest
    is_service = manifest["apiVersion"] == "v1" and manifest["kind"] == "Service"
    kind = SERVICE if is_service else kind_of(manifest["apiVersion"], manifest["kind"])
    if kind is not None:
        yield Part(Resource(kind, Node(manifest, made.origin)), made.origin)


def _gateway_labels(name: str, own: Labels) -> Labels:
    return {**own, "app": name, "istio": selector_label(name)}


def _own_namespaces(settings: MeshSettings, parts: Iterable[Part]) -> Iterator[str]:
    yield from settings.namespaces
    for one in (*settings.gateways.values(), *settings.services.values(), *settings.externals.values()):
        yield one.namespace
    yield from (part.namespace for part in parts)
