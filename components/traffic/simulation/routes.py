"""Ordered routes, as istiod makes them of VirtualServices and of the Gateway API's routes."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace

from components.kinds.node import Node
from components.traffic.simulation.delegation import merged_routes
from components.traffic.simulation.hosts import MESH, gateway_name, qualified
from components.traffic.simulation.matching import Place, left_out
from components.traffic.simulation.mesh_object import MeshObject
from components.traffic.simulation.objects import Stack


@dataclass(frozen=True, kw_only=True)
class Rule:
    """One HTTPRoute of a VirtualService, or what istiod makes of a rule of the Gateway API."""

    source: str
    """The object that it comes from: kind, namespace and name."""
    namespace: str
    name: str
    spec: Node
    """In the fields of a VirtualService's HTTPRoute."""
    gateway_api: bool = False
    """Whether prefixes mean whole segments, and a destination that is not there is answered with 500."""

    @property
    def matches(self) -> list[Node | None]:
        """Each of its matches; None for all requests."""
        found: list[Node | None] = []
        found.extend(self.spec.at("match"))
        return found or [None]


@dataclass(frozen=True, kw_only=True)
class Routes:
    """The routes of some hosts at some gateways."""

    source: str
    namespace: str
    hosts: tuple[str, ...]
    gateways: tuple[str, ...]
    """NAMESPACE/NAME, or 'mesh'."""
    rules: tuple[Rule, ...] = ()
    spec: Node = field(default_factory=lambda: Node(None, ()))
    """The VirtualService, for its routes of connections."""
    exported: tuple[str, ...] = ()
    """The namespaces whose proxies get it, '.' for its own one; all when empty."""
    gateway_api: bool = False

    def reaches(self, namespace: str) -> bool:
        """Whether proxies in a namespace get these routes."""
        return visible(self.exported, self.namespace, namespace)


@dataclass(frozen=True, kw_only=True)
class Entry:
    """One match of a rule, as one route of Envoy's list."""

    rule: Rule
    index: int
    """The position of the match in the rule."""
    match: Node | None
    left_out: str | None = None
    """Why istiod does not give it to this proxy."""

    @property
    def catches_all(self) -> bool:
        """Whether it is for every request: istiod puts no route of the same object behind it.

        Source: IsCatchAllRoute in pilot/pkg/networking/core/route/route.go of Istio 1.29.
        """
        if self.match is None:
            return True
        uri = self.match.at("uri")
        every = not uri.given or uri.at("prefix").text == "/" or uri.at("regex").text == ".*"
        conditions = ("headers", "withoutHeaders", "queryParams", "method", "authority", "scheme")
        return every and not any(self.match.at(one).value for one in conditions)


def visible(exported: tuple[str, ...], own: str, namespace: str) -> bool:
    """Whether an object of the namespace `own` is exported to another one (exportTo)."""
    return not exported or any(one == "*" or (own if one == "." else one) == namespace for one in exported)


def virtual_services(stack: Stack) -> list[Routes]:
    """Every VirtualService with hosts, its delegates merged in."""
    objects = stack.of_kind("VirtualService")
    delegates = {one.key: one for one in objects if not one.spec.at("hosts").texts}
    return [_routes(one, delegates, stack) for one in objects if one.key not in delegates]


def _routes(one: MeshObject, delegates: Mapping[str, MeshObject], stack: Stack) -> Routes:
    rules = [
        Rule(source=source, namespace=namespace, name=spec.at("name").text or f"http[{spec.path[-1]}]", spec=spec)
        for source, namespace, spec in merged_routes(one, delegates)
    ]
    return Routes(
        source=one.shown,
        namespace=one.namespace,
        hosts=tuple(qualified(host, one.namespace) for host in one.spec.at("hosts").texts),
        gateways=tuple(gateway_name(name, one.namespace) for name in one.spec.at("gateways").texts) or (MESH,),
        rules=tuple(rules),
        spec=one.spec,
        exported=stack.exported(one),
    )


def entries(routes: Routes, place: Place) -> list[Entry]:
    """The routes that istiod gives to a proxy, and those that it leaves out, in the order in which they are tried."""
    return list(_entries(routes, place))


def _entries(routes: Routes, place: Place) -> Iterator[Entry]:
    for rule in routes.rules:
        for index, match in enumerate(rule.matches):
            entry = Entry(rule=rule, index=index, match=match)
            reason = left_out(match, place, rule.namespace) if match else None
            yield replace(entry, left_out=reason)
            if entry.catches_all and reason is None:
                return
