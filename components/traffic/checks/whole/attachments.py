"""Checks of the Gateways to which routes of the Gateway API are attached."""

from collections.abc import Iterator, Mapping

from components.gateways.hosts import hosts_match
from components.kinds.node import Node
from components.settings.problems import Problem
from components.settings.wording import listed, shown, suggestion
from components.traffic.checks.gateway_api.listeners import TLS_ENDS_SINCE, route_kinds, tls_may_end
from components.traffic.model import GATEWAY_API, TrafficModel
from components.traffic.part import Part

ROUTES: Mapping[str, tuple[str, ...]] = {
    "HTTPRoute": ("HTTP", "HTTPS"),
    "GRPCRoute": ("HTTP", "HTTPS"),
    "TLSRoute": ("TLS",),
    "TCPRoute": ("TCP", "TLS"),
}
"""The protocols of listeners to which each kind of route can be attached, where TLS is used as the kind needs it."""

Gateways = Mapping[tuple[str, str], Part]


def attachment_problems(model: TrafficModel) -> Iterator[Problem]:
    """Parents and listeners that are not there, that do not take the route, or that serve none of its hostnames.

    Such a route is accepted by the API server and serves nothing. Source: referenceAllowed in Istio's
    pilot/pkg/config/kube/gateway/conversion.go, and gateway-api.sigs.k8s.io/reference/spec (ParentReference).
    """
    gateways = {(one.namespace, one.name): one for one in model.gateway_api("Gateway")}
    for kind in ROUTES:
        for part in model.gateway_api(kind):
            if part.given and part.judged:
                yield from _route_problems(model, part, gateways)


def _route_problems(model: TrafficModel, part: Part, gateways: Gateways) -> Iterator[Problem]:
    parents = [one for one in part.spec.at("parentRefs") if _is_gateway(one)]
    reached: list[Node] = []
    all_known = True
    for parent in parents:
        key = (parent.at("namespace").text or part.namespace, parent.at("name").text or "")
        gateway = gateways.get(key)
        if gateway is None:
            all_known = False
            if model.whole("Gateway"):
                yield from _unknown(model, parent, key, gateways)
            continue
        problem, listeners = _listeners(part, parent, gateway)
        reached += listeners
        all_known = all_known and problem is None
        if problem and gateway.judged:
            yield problem
    if all_known and len(parents) == len(part.spec.at("parentRefs").items):
        yield from _hostname_problems(part, reached)


def _is_gateway(parent: Node) -> bool:
    return parent.at("group").text in (None, GATEWAY_API) and parent.at("kind").text in (None, "Gateway")


def _unknown(model: TrafficModel, parent: Node, key: tuple[str, str], gateways: Gateways) -> Iterator[Problem]:
    namespace, name = key
    namesakes = [home for home, one in gateways if one == name]
    meant = suggestion(name, [one for home, one in gateways if home == namespace])
    if namesakes:
        yield parent.problem(
            f"there is no Gateway '{name}' of the Gateway API in {namespace}",
            f"Did you mean `namespace: {namesakes[0]}`?",
        )
    elif meant or namespace in model.own_namespaces:
        yield parent.at("name").problem(
            f"there is no Gateway '{name}' of the Gateway API in {namespace}",
            f"Did you mean '{meant}'?" if meant else "Add it, or name one of mesh.gateways with `api: gateway`",
        )


def _listeners(part: Part, parent: Node, gateway: Part) -> tuple[Problem | None, list[Node]]:
    """The listeners that take a route, or why there are none."""
    found = [*gateway.spec.at("listeners")]
    section, port = parent.at("sectionName"), parent.at("port")
    if section.text:
        names = [one.at("name").text or "" for one in found]
        found = [one for one in found if one.at("name").text == section.text]
        if not found:
            meant = suggestion(section.text, names)
            fix = f"Did you mean '{meant}'?" if meant else "Name one of these, or remove it for all of them"
            rule = f"{shown(section.text)} is no listener of {gateway.title}, which has {listed(names)}"
            return section.problem(rule, fix), []
    if port.whole is not None:
        found = [one for one in found if one.at("port").whole == port.whole]
        if not found:
            rule = f"{gateway.title} has no listener on port {port.whole}"
            return port.problem(rule, "Use the port of one, or remove it"), []
    fitting = [one for one in found if _takes_kind(one, part)]
    if not fitting:
        rule = f"no listener of {gateway.title} that is meant here takes {part.kind}s"
        return parent.problem(rule, _fix(part)), []
    taking = [one for one in fitting if _takes_namespace(one, gateway.namespace, part.namespace)]
    if not taking:
        rule = f"{gateway.title} takes routes of its own namespace only, and this one is in {part.namespace}"
        return parent.problem(rule, "Add `allowedRoutes: {namespaces: {from: All}}` to its listener"), []
    return None, taking


def _takes_kind(listener: Node, part: Part) -> bool:
    kinds = [one.at("kind").text for one in listener.at("allowedRoutes", "kinds")]
    return part.kind in route_kinds(listener, part.resource.istio) and (not kinds or part.kind in kinds)


def _fix(part: Part) -> str:
    fix = f"Name a listener whose protocol is one of {', '.join(ROUTES[part.kind])}"
    if part.kind != "TLSRoute" or tls_may_end(part.resource.istio):
        return fix
    return f"{fix}, with `tls: {{mode: Passthrough}}`; where TLS ends, it is served from Istio {TLS_ENDS_SINCE} on"


def _takes_namespace(listener: Node, own: str, namespace: str) -> bool:
    """Whether routes of a namespace may be attached; a selector is taken to select it."""
    origin = listener.at("allowedRoutes", "namespaces", "from").text or "Same"
    return origin in ("All", "Selector") or (origin == "Same" and namespace == own)


def _hostname_problems(part: Part, listeners: list[Node]) -> Iterator[Problem]:
    """Hostnames of a route that no listener serves; a listener without one serves all."""
    served = [(one.at("hostname").text or "*").lower() for one in listeners]
    for hostname in part.spec.at("hostnames") if listeners else ():
        if hostname.text and not any(one == "*" or hosts_match(hostname.text.lower(), one) for one in served):
            yield hostname.problem(
                f"{shown(hostname.text)} is served by no listener to which the route is attached; they serve "
                f"{listed(list(dict.fromkeys(served)))}",
                "Use a hostname of these, or change that of a listener",
            )
