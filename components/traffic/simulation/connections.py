"""Connections whose requests no proxy sees: TLS that passes through, and TCP."""

from collections.abc import Sequence
from dataclasses import dataclass

from components.kinds.node import Node
from components.traffic.simulation.destinations import Caller, destinations
from components.traffic.simulation.hosts import best_domain
from components.traffic.simulation.matching import Place, left_out
from components.traffic.simulation.mesh_object import stack_path
from components.traffic.simulation.objects import Stack
from components.traffic.simulation.request import Request
from components.traffic.simulation.results import Action, Outcome, Simulation, Skipped, Taken, Way
from components.traffic.simulation.routes import Routes, Rule

_UNSEEN = "the proxy does not look into the connection: method, path and headers of the request decide nothing"


@dataclass(frozen=True, kw_only=True)
class _Candidate:
    routes: Routes
    kind: str
    route: Node
    match: Node | None
    names: tuple[str, ...]


def connection(
    routes: Sequence[Routes], request: Request, place: Place, stack: Stack, way: Way, *, fallback: Rule | None = None
) -> Simulation:
    """Where a connection leads: by its server name when it is one of TLS, else by the first route that is for the port.

    `fallback` is taken when no route is. Source: istio.io/latest/docs/reference/config/networking/virtual-service,
    TLSRoute and TCPRoute; the filter chain with the nearest server name wins (FilterChainMatch of Envoy).
    """
    skipped: list[Skipped] = []
    fitting: list[_Candidate] = []
    for candidate in _candidates(routes, place, tls=request.scheme == "https"):
        reason = _reason(candidate, request, place)
        if reason is None:
            fitting.append(candidate)
        else:
            skipped.append(Skipped(source=candidate.routes.source, rule=candidate.kind, match=None, reason=reason))
    caller = Caller(stack=stack, namespace=place.namespace, port=place.port)
    if not fitting:
        if fallback is None:
            refused = Action(outcome=Outcome.REFUSED)
            return Simulation(request=request, way=way, action=refused, skipped=tuple(skipped), notes=(_UNSEEN,))
        action = Action(outcome=Outcome.FORWARDED, destinations=destinations(fallback, caller))
        return Simulation(request=request, way=way, action=action, skipped=tuple(skipped), notes=(_UNSEEN,))
    best = _nearest(fitting, request.server_name)
    rule = Rule(source=best.routes.source, namespace=best.routes.namespace, name=best.kind, spec=best.route)
    return Simulation(
        request=request,
        way=way,
        taken=Taken(source=rule.source, rule=best.kind, match=None, path=stack_path(best.route)),
        action=Action(outcome=Outcome.FORWARDED, destinations=destinations(rule, caller)),
        skipped=tuple(skipped),
        notes=(_UNSEEN,),
    )


def _candidates(routes: Sequence[Routes], place: Place, *, tls: bool) -> list[_Candidate]:
    found: list[_Candidate] = []
    for one in routes:
        if place.gateways.isdisjoint(one.gateways):
            continue
        for kind in ("tls", "tcp") if tls else ("tcp",):
            for route in one.spec.at(kind):
                matches: list[Node | None] = []
                matches.extend(route.at("match"))
                for match in matches or [None]:
                    names = tuple(match.at("sniHosts").texts) if match and kind == "tls" else one.hosts
                    found.append(_Candidate(routes=one, kind=kind, route=route, match=match, names=names))
    return found


def _reason(candidate: _Candidate, request: Request, place: Place) -> str | None:
    if candidate.kind == "tls" and best_domain(request.server_name, candidate.names) is None:
        return f"sniHosts: '{request.server_name}' is none of {', '.join(candidate.names)}"
    if candidate.match is None:
        return None
    if candidate.match.at("destinationSubnets").texts:
        return "destinationSubnets: the address of the host is not known here"
    return left_out(candidate.match, place, candidate.routes.namespace)


def _nearest(fitting: Sequence[_Candidate], name: str) -> _Candidate:
    """TLS before TCP, and among those of TLS the name itself, then the longest wildcard."""
    by_name = [one for one in fitting if one.kind == "tls"]
    domains = [domain for one in by_name for domain in one.names]
    best = best_domain(name, domains)
    return next((one for one in by_name if best in one.names), fitting[0])
