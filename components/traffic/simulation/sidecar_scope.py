"""What the proxy of a workload knows of the mesh.

Source: istio.io/latest/docs/reference/config/networking/sidecar and pilot/pkg/model/sidecar.go of Istio 1.29.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from components.gateways.hosts import hosts_match, is_part_of
from components.kinds.node import Node
from components.traffic.simulation.attachment import service_routes
from components.traffic.simulation.hosts import MESH
from components.traffic.simulation.mesh_object import MeshObject
from components.traffic.simulation.objects import Stack
from components.traffic.simulation.routes import Routes, virtual_services, visible
from components.traffic.simulation.services import Service


@dataclass(frozen=True, kw_only=True)
class Scope:
    """What one proxy knows at one port."""

    sidecar: str | None
    services: tuple[Service, ...]
    routes: tuple[Routes, ...]
    outbound_mode: str
    hidden: tuple[Service, ...] = ()
    """What the mesh knows, and this proxy does not."""


def scope_of(stack: Stack, namespace: str, labels: Mapping[str, str], port: int) -> Scope:
    """The Services and routes that istiod gives to a proxy for requests to a port."""
    services = [
        one
        for one in stack.services.values()
        if visible(one.exported or stack.default_exports["Service"], one.namespace, namespace)
    ]
    routes = [
        one
        for one in [*virtual_services(stack), *_own_routes(stack, namespace)]
        if MESH in one.gateways and one.reaches(namespace)
    ]
    sidecar = _sidecar(stack, namespace, labels)
    mode = stack.outbound_mode
    if sidecar is not None:
        mode = sidecar.spec.at("outboundTrafficPolicy", "mode").text or mode
        if sidecar.spec.has("egress"):
            opened = _hosts(sidecar.spec, port)
            kept = [one for one in services if _imported(opened, sidecar.namespace, one.namespace, [one.host])]
            routes = [
                one for one in routes if _imported(opened, sidecar.namespace, one.namespace, one.hosts, routed=True)
            ]
            hidden = tuple(one for one in services if one not in kept)
            return Scope(
                sidecar=sidecar.shown, services=tuple(kept), routes=tuple(routes), outbound_mode=mode, hidden=hidden
            )
    return Scope(
        sidecar=sidecar.shown if sidecar else None, services=tuple(services), routes=tuple(routes), outbound_mode=mode
    )


def _own_routes(stack: Stack, namespace: str) -> list[Routes]:
    """Routes of Services: those beside the Service are for everybody, others for callers of their own namespace."""
    return [
        one
        for one in service_routes(stack)
        if one.namespace == namespace or any(one.namespace == host.split(".")[1] for host in one.hosts)
    ]


def _sidecar(stack: Stack, namespace: str, labels: Mapping[str, str]) -> MeshObject | None:
    """The Sidecar of a workload: one that selects it, else that of its namespace, else that of the root namespace."""
    found = stack.of_kind("Sidecar")
    for one in found:
        selector = one.spec.at("workloadSelector", "labels").entries
        if one.namespace == namespace and selector and all(labels.get(key) == value.text for key, value in selector):
            return one
    for place in (namespace, stack.root_namespace):
        for one in found:
            if one.namespace == place and not one.spec.at("workloadSelector", "labels").entries:
                return one
    return None


def _hosts(spec: Node, port: int) -> list[str]:
    """The hosts of the listener for a port; of the one without a port where none is for it."""
    listeners = list(spec.at("egress"))
    own = [one for one in listeners if one.at("port", "number").whole == port]
    rest = [one for one in listeners if not one.has("port")]
    return [host for one in (own or rest) for host in one.at("hosts").texts]


def _imported(opened: Iterable[str], own: str, namespace: str, hosts: Iterable[str], *, routed: bool = False) -> bool:
    """Whether a Service, or routes for hosts, are among what a Sidecar opens."""
    fits = hosts_match if routed else is_part_of
    known = list(hosts)
    for one in opened:
        place, _, name = one.partition("/")
        if place == "~" or (place not in ("*", ".") and place != namespace) or (place == "." and own != namespace):
            continue
        if any(fits(host, name.lower()) for host in known):
            return True
    return False
