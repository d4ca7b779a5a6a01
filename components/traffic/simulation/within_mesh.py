"""A request of a workload of the mesh, as its own proxy routes it."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from components.gateways.hosts import hosts_match
from components.kinds.node import Node
from components.services.names import CLUSTER_DOMAIN
from components.traffic.simulation.connections import connection
from components.traffic.simulation.destinations import Caller
from components.traffic.simulation.hosts import MESH, best_domain
from components.traffic.simulation.matching import Place
from components.traffic.simulation.objects import Stack
from components.traffic.simulation.outcome import act
from components.traffic.simulation.request import Request
from components.traffic.simulation.results import Action, Answer, Outcome, Simulation, Way
from components.traffic.simulation.routes import Entry, Routes, Rule, entries
from components.traffic.simulation.services import Service
from components.traffic.simulation.sidecar_scope import Scope, scope_of
from components.traffic.simulation.virtual_hosts import VirtualHost, first_match, taken

DEFAULT_ROUTE = "default"
"""The name of Istio's own route to a Service, where no VirtualService or HTTPRoute is for it."""
_HTTP_PORT = 80
"""The port at which routes also hold for hosts that no Service has (httproute.go of Istio 1.29)."""
_DROPPED = 502


@dataclass(frozen=True, kw_only=True)
class Workload:
    """Who sends a request."""

    namespace: str
    service: str
    labels: Mapping[str, str]


def within_mesh(workload: Workload, stack: Stack, request: Request) -> Simulation:
    """What becomes of a request that a workload sends.

    Source: buildSidecarOutboundHTTPRouteConfig in pilot/pkg/networking/core/httproute.go of Istio 1.29.

    Raises:
        UnknownRegexError: a regular expression cannot be run here.
    """
    scope = scope_of(stack, workload.namespace, workload.labels, request.port)
    way = Way(proxy=f"{workload.namespace}/{workload.service}", sidecar=True, scope=scope.sidecar)
    place = Place(gateways=frozenset({MESH}), port=request.port, namespace=workload.namespace, labels=workload.labels)
    service = _service(scope, request.host, workload.namespace)
    if request.scheme == "https" or (
        service and request.port in service.ports and not service.speaks_http(request.port)
    ):
        return _connected(scope, service, place, stack, request, way)
    hosts, duplicates = _virtual_hosts(scope, place, request.port)
    domain = best_domain(request.host, hosts)
    if domain is None:
        return _unknown(scope, request, way, workload.namespace)
    through = Way(proxy=way.proxy, sidecar=True, scope=way.scope, domain=domain)
    entry, skipped = first_match(hosts[domain].entries, request)
    notes = duplicates.get(domain, [])
    if entry is None:
        not_found = Action(outcome=Outcome.NOT_FOUND, answer=Answer(status=404))
        return Simulation(request=request, way=through, action=not_found, skipped=tuple(skipped), notes=tuple(notes))
    action = act(entry, request, Caller(stack=stack, namespace=workload.namespace, port=request.port), tls=False)
    return Simulation(
        request=request,
        way=through,
        taken=taken(entry),
        action=action,
        skipped=tuple(skipped),
        notes=(*notes, *action.notes),
    )


def _virtual_hosts(scope: Scope, place: Place, port: int) -> tuple[dict[str, VirtualHost], dict[str, list[str]]]:
    """The virtual hosts of a port by domain, and what there is to say about domains of several objects."""
    here = {one.host: one for one in scope.services if one.speaks_http(port)}
    found: dict[str, VirtualHost] = {}
    duplicates: dict[str, list[str]] = {}
    routed: set[str] = set()
    for routes in scope.routes:
        own = entries(routes, place)
        if all(entry.left_out for entry in own):
            continue
        for host, domains in _domains_of(routes, here, scope, place.namespace, port):
            routed.add(host)
            for domain in domains:
                first = found.setdefault(domain, VirtualHost(domain=domain, entries=own, sources=[routes.source]))
                if first.sources != [routes.source]:
                    duplicates.setdefault(domain, []).append(
                        f"{routes.source} is also for {domain}, and is not used: within the mesh only one object "
                        f"routes a host, the one that was created first; here {first.sources[0]}, by its name"
                    )
    for host, service in here.items():
        if host not in routed:
            for domain in _domains(host, place.namespace):
                found.setdefault(domain, VirtualHost(domain=domain, entries=[_default(service, port)]))
    return found, duplicates


def _domains_of(
    routes: Routes, here: Mapping[str, Service], scope: Scope, namespace: str, port: int
) -> Iterator[tuple[str, list[str]]]:
    for host in routes.hosts:
        fitting = [one for one in here if one == host or (host.startswith("*") and hosts_match(one, host))]
        for one in fitting:
            if host == one or _nearest(one, scope) == host:
                yield one, _domains(one, namespace)
        if not fitting and port == _HTTP_PORT and not routes.gateway_api:
            yield host, [host]


def _nearest(host: str, scope: Scope) -> str | None:
    """The host of routes that is nearest to a Service: only one wildcard counts for it."""
    return best_domain(host, [one for routes in scope.routes for one in routes.hosts])


def _domains(host: str, namespace: str) -> list[str]:
    """The names by which a Service is called: short ones too where it is one of Kubernetes."""
    ending = f".svc.{CLUSTER_DOMAIN}"
    if not host.endswith(ending):
        return [host]
    name, _, own = host.removesuffix(ending).partition(".")
    return [host, f"{name}.{own}.svc", f"{name}.{own}", *([name] if own == namespace else [])]


def _service(scope: Scope, host: str, namespace: str) -> Service | None:
    by_domain = {domain: one for one in scope.services for domain in _domains(one.host, namespace)}
    domain = best_domain(host, by_domain)
    return by_domain[domain] if domain else None


def _default(service: Service, port: int) -> Entry:
    rule = _to(service, port)
    return Entry(rule=rule, index=0, match=None)


def _to(service: Service, port: int) -> Rule:
    to = {"route": [{"destination": {"host": service.host, "port": {"number": port}}}]}
    return Rule(
        source=f"Service {service.host}", namespace=service.namespace, name=DEFAULT_ROUTE, spec=Node(to, ("services",))
    )


def _connected(
    scope: Scope, service: Service | None, place: Place, stack: Stack, request: Request, way: Way
) -> Simulation:
    """A connection that the proxy does not look into."""
    routes = [one for one in scope.routes if best_domain(request.server_name, one.hosts) or _same(service, one)]
    known = service if service and request.port in service.ports else None
    fallback = _to(known, request.port) if known else None
    if known is None and not any(one.spec.has("tls") or one.spec.has("tcp") for one in routes):
        return _unknown(scope, request, way, place.namespace)
    return connection(routes, request, place, stack, way, fallback=fallback)


def _same(service: Service | None, routes: Routes) -> bool:
    return service is not None and service.host in routes.hosts


def _unknown(scope: Scope, request: Request, way: Way, namespace: str) -> Simulation:
    """A host that the proxy does not know, at this port."""
    notes = [f"the caller's proxy knows no '{request.host}' at port {request.port}"]
    service = _service(scope, request.host, namespace)
    if service is not None:
        notes.append(f"{service.host} has the ports {', '.join(map(str, sorted(service.ports)))}")
    hidden = {domain: one.host for one in scope.hidden for domain in _domains(one.host, namespace)}
    if scope.sidecar and best_domain(request.host, hidden):
        notes.append(f"the mesh knows it, but {scope.sidecar} does not open it to the caller")
    elif service is None:
        notes.append("a Service of the cluster that the stack does not declare would be known")
    notes.append(f"outboundTrafficPolicy is {scope.outbound_mode}")
    if scope.outbound_mode != "REGISTRY_ONLY":
        return Simulation(request=request, way=way, action=Action(outcome=Outcome.PASSED_THROUGH), notes=tuple(notes))
    listening = request.scheme == "http" and any(one.speaks_http(request.port) for one in scope.services)
    # Where requests of the port are looked into, the proxy answers; otherwise it ends the connection.
    answer = Answer(status=_DROPPED) if listening else None
    return Simulation(
        request=request, way=way, action=Action(outcome=Outcome.BLOCKED, answer=answer), notes=tuple(notes)
    )
