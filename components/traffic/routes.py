"""What a VirtualService says, as all checks of the whole read it."""

from collections.abc import Iterator

from components.kinds.node import Node
from components.traffic.checks.http_match import MESH_GATEWAY
from components.traffic.names import full_host, gateway_of
from components.traffic.part import Part

_PROTOCOLS = ("http", "tls", "tcp")


def destinations(part: Part) -> Iterator[Node]:
    """Every Destination of a VirtualService: of its routes, and of its mirrors."""
    for protocol in _PROTOCOLS:
        for route in part.spec.at(protocol):
            for one in route.at("route"):
                yield one.at("destination")
            if route.has("mirror"):
                yield route.at("mirror")
            for one in route.at("mirrors"):
                yield one.at("destination")


def on_mesh(part: Part) -> bool:
    """Whether sidecars get it: without `gateways`, or with 'mesh' among them. A delegate is got through its root."""
    gateways = part.spec.at("gateways").texts
    return bool(part.spec.at("hosts").items) and (not gateways or MESH_GATEWAY in gateways)


def hosts(part: Part) -> Iterator[tuple[Node, str]]:
    """The hosts of a VirtualService in full, each with its place."""
    for node in part.spec.at("hosts"):
        if node.text:
            yield node, full_host(node.text, part.namespace)


def bound_gateways(part: Part) -> Iterator[tuple[Node, tuple[str, str]]]:
    """The Gateways to which a VirtualService is bound, by namespace and name, each with its place."""
    for node in part.spec.at("gateways"):
        if node.text and node.text != MESH_GATEWAY:
            yield node, gateway_of(node.text, part.namespace)


def delegates(part: Part) -> Iterator[tuple[Node, tuple[str, str]]]:
    """The VirtualServices to which one delegates, by namespace and name, each with its place."""
    for route in part.spec.at("http"):
        node = route.at("delegate")
        if node.at("name").text:
            yield node, (node.at("namespace").text or part.namespace, node.at("name").text or "")
