"""Which routes of the Gateway API are attached to which listeners and Services, merged as istiod does.

Source: pilot/pkg/config/kube/gateway/route_collections.go and conversion.go (hostnameAllowedByIsolation) of Istio 1.29.
"""

from collections.abc import Iterator, Sequence

from components.gateways.hosts import hosts_match, is_part_of
from components.kinds.node import Node
from components.services.names import cluster_host
from components.traffic.simulation.gateway_api import GROUP, in_precedence, rules_of
from components.traffic.simulation.hosts import MESH, hosts_for
from components.traffic.simulation.mesh_object import MeshObject
from components.traffic.simulation.objects import Stack
from components.traffic.simulation.routes import Routes, Rule
from components.traffic.simulation.servers import Server

_KINDS = ("HTTPRoute", "GRPCRoute")


def gateway_routes(stack: Stack, servers: Sequence[Server]) -> list[Routes]:
    """The routes at each listener: those of all objects for one host are one list, in the Gateway API's precedence."""
    groups: dict[tuple[str, str], list[tuple[MeshObject, list[Rule]]]] = {}
    for route in _attachable(stack):
        rules = rules_of(route, stack, mesh=False)
        for server in _parents(route, servers):
            for host in route.spec.at("hostnames").texts or ["*"]:
                if _nearest_listener(host.lower(), server, servers):
                    groups.setdefault((server.gateway, host.lower()), []).append((route, rules))
    return [_merged(host, gateway, parts) for (gateway, host), parts in groups.items()]


def service_routes(stack: Stack) -> list[Routes]:
    """The routes of Services within the mesh (GAMMA), each list for one Service and, where the parent says so, port."""
    groups: dict[tuple[str, str, int | None], list[tuple[MeshObject, list[Rule]]]] = {}
    for route in _attachable(stack):
        for parent in route.spec.at("parentRefs"):
            if parent.at("kind").text != "Service":
                continue
            host = cluster_host(parent.at("name").text or "", parent.at("namespace").text or route.namespace)
            port = parent.at("port").whole
            rules = rules_of(route, stack, mesh=True, port=port)
            groups.setdefault((route.namespace, host, port), []).append((route, rules))
    return [_merged(host, MESH, parts) for (_, host, _), parts in groups.items()]


def _attachable(stack: Stack) -> Iterator[MeshObject]:
    for kind in _KINDS:
        # Of routes with one rank the older one counts, then that of the first namespace and name.
        yield from sorted(stack.of_kind(kind, GROUP), key=lambda one: (one.namespace, one.name))


def _merged(host: str, gateway: str, parts: list[tuple[MeshObject, list[Rule]]]) -> Routes:
    first = parts[0][0]
    rules = [rule for _, own in parts for rule in own]
    return Routes(
        source=", ".join(dict.fromkeys(route.shown for route, _ in parts)),
        namespace=first.namespace,
        hosts=(host,),
        gateways=(gateway,),
        rules=tuple(in_precedence(rules)),
        gateway_api=True,
    )


def _parents(route: MeshObject, servers: Sequence[Server]) -> Iterator[Server]:
    for server in servers:
        if server.listener is None or not hosts_for(route.namespace, server.hosts):
            continue
        if any(_refers(parent, route.namespace, server) for parent in route.spec.at("parentRefs")):
            yield server


def _refers(parent: Node, namespace: str, server: Server) -> bool:
    gateway = f"{parent.at('namespace').text or namespace}/{parent.at('name').text}"
    section, port = parent.at("sectionName").text, parent.at("port").whole
    return (
        (parent.at("kind").text or "Gateway") == "Gateway"
        and server.gateway.rpartition("/")[0] == gateway
        and section in (None, server.listener)
        and port in (None, server.number)
    )


def _nearest_listener(host: str, server: Server, servers: Sequence[Server]) -> bool:
    """Whether a host of a route takes part in a listener: not where another one at the port is nearer to it."""
    own = server.names[0] if server.names else "*"
    if not hosts_match(host, own):
        return False
    if not own.startswith("*"):
        return True
    others = [
        one.names[0]
        for one in servers
        if one.listener is not None
        and (one.shown, one.number, one.protocol) == (server.shown, server.number, server.protocol)
        and one.names[0] != own
    ]
    return not any(len(own) <= len(other) and is_part_of(host, other) for other in others)
