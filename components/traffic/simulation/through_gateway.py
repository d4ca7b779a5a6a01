"""A request that comes to a gateway from outside."""

from collections.abc import Sequence
from dataclasses import dataclass

from components.traffic.simulation.attachment import gateway_routes
from components.traffic.simulation.connections import connection
from components.traffic.simulation.destinations import Caller
from components.traffic.simulation.hosts import best_domain, hosts_for, intersection
from components.traffic.simulation.matching import Place
from components.traffic.simulation.objects import Stack
from components.traffic.simulation.outcome import act
from components.traffic.simulation.proxies import GatewayProxy
from components.traffic.simulation.request import Request
from components.traffic.simulation.results import Action, Answer, Outcome, Simulation, Way
from components.traffic.simulation.routes import Entry, Routes, entries, virtual_services
from components.traffic.simulation.servers import Server, servers_of
from components.traffic.simulation.virtual_hosts import VirtualHost, first_match, taken


@dataclass(frozen=True)
class _Opened:
    """The servers that share one list of virtual hosts; a server with TLS has a list of its own."""

    servers: tuple[Server, ...] = ()
    refused: str | None = None


def serves(proxy: GatewayProxy, stack: Stack, request: Request) -> bool:
    """Whether a gateway has a server for the port and host of a request."""
    opened = _opened(servers_of(proxy, stack), proxy, request)
    name = request.server_name if request.scheme == "https" else request.host
    return any(best_domain(name, server.names) for server in opened.servers)


def taking(proxy: GatewayProxy, stack: Stack, request: Request) -> Server | None:
    """The first server that takes the connection of a request; None when none does."""
    return next(iter(_opened(servers_of(proxy, stack), proxy, request).servers), None)


def through_gateway(proxy: GatewayProxy, stack: Stack, request: Request) -> Simulation:
    """What becomes of a request at a gateway.

    Source: mergeGateways in pilot/pkg/model/gateway.go and buildGatewayHTTPRouteConfig in
    pilot/pkg/networking/core/gateway.go of Istio 1.29.

    Raises:
        UnknownRegexError: a regular expression cannot be run here.
    """
    servers = servers_of(proxy, stack)
    opened = _opened(servers, proxy, request)
    way = Way(proxy=proxy.key, sidecar=False)
    if opened.refused:
        return Simulation(request=request, way=way, action=Action(outcome=Outcome.REFUSED), notes=(opened.refused,))
    place_labels = dict(proxy.labels)
    first = opened.servers[0]
    routes = [
        one for one in [*virtual_services(stack), *gateway_routes(stack, servers)] if one.reaches(proxy.namespace)
    ]
    if not first.plain_http and not first.terminates:
        place = Place(
            gateways=frozenset({first.gateway}), port=first.number, namespace=proxy.namespace, labels=place_labels
        )
        return connection(routes, request, place, stack, _through(way, first, None))
    hosts = _virtual_hosts(opened.servers, routes, proxy)
    domain = best_domain(request.host, hosts)
    if domain is None:
        known = ", ".join(sorted(hosts)) or "none"
        note = f"no route is for the host '{request.host}'; those with routes at this port: {known}"
        return Simulation(request=request, way=_through(way, first, None), action=_not_found(), notes=(note,))
    return _within(
        hosts[domain], request, opened, way, Caller(stack=stack, namespace=proxy.namespace, port=first.number)
    )


def _within(host: VirtualHost, request: Request, opened: _Opened, way: Way, caller: Caller) -> Simulation:
    first = opened.servers[0]
    server = _server_for(host.domain, opened.servers)
    through = _through(way, server, host.domain)
    if host.https_only and request.scheme == "http":
        location = f"https://{request.authority}{request.path}"
        redirect = Action(outcome=Outcome.REDIRECTED, answer=Answer(status=301, location=location))
        note = "the server has httpsRedirect, which comes before all routes of the host"
        return Simulation(request=request, way=through, action=redirect, notes=(note,))
    entry, skipped = first_match(host.sorted, request)
    if entry is None:
        return Simulation(request=request, way=through, action=_not_found(), skipped=tuple(skipped))
    action = act(entry, request, caller, tls=first.terminates)
    return Simulation(
        request=request,
        way=through,
        taken=taken(entry),
        action=action,
        skipped=tuple(skipped),
        notes=(*host.notes, *action.notes),
    )


def _opened(servers: Sequence[Server], proxy: GatewayProxy, request: Request) -> _Opened:
    """The servers that take the connection of a request, or why none does."""
    pod_port = proxy.ports.get(request.port)
    if pod_port is None:
        ports = ", ".join(map(str, sorted(proxy.ports)))
        return _Opened(refused=f"the Service {proxy.key} has no port {request.port}, only {ports}")
    here = [one for one in servers if one.pod_port == pod_port]
    if not here:
        return _Opened(refused=f"no server of a Gateway opens port {request.port} of {proxy.key}")
    plain = [one for one in here if not one.encrypted]
    if request.scheme == "http":
        if not plain:
            return _Opened(refused=f"port {request.port} of {proxy.key} speaks TLS only")
        # What the first server speaks decides about the port.
        return _Opened(tuple(plain) if plain[0].plain_http else (plain[0],))
    if plain and plain[0].plain_http:
        return _Opened(refused=f"port {request.port} of {proxy.key} speaks no TLS")
    return _by_server_name(here, request)


def _by_server_name(here: Sequence[Server], request: Request) -> _Opened:
    owners: dict[str, Server] = {}
    for server in here:
        for name in server.names:
            owners.setdefault(name, server)
    domain = best_domain(request.server_name, owners)
    if domain is None:
        return _Opened(refused=f"no server with TLS is for '{request.server_name}'; there are {', '.join(owners)}")
    return _Opened((owners[domain],))


def _virtual_hosts(servers: Sequence[Server], routes: Sequence[Routes], proxy: GatewayProxy) -> dict[str, VirtualHost]:
    found: dict[str, VirtualHost] = {}
    for server in servers:
        place = Place(
            gateways=frozenset({server.gateway}), port=server.number, namespace=proxy.namespace, labels=proxy.labels
        )
        for one in routes:
            common = intersection(hosts_for(one.namespace, server.hosts), one.hosts)
            if server.gateway not in one.gateways or not common:
                continue
            own = entries(one, place)
            if any(entry.left_out is None for entry in own):
                _add(found, common, own, one.source, https_only=server.https_redirect)
        if server.https_redirect:
            _add(found, [one.lower() for one in server.hosts], [], None, https_only=True)
    return found


def _add(
    found: dict[str, VirtualHost], domains: Sequence[str], own: list[Entry], source: str | None, *, https_only: bool
) -> None:
    for domain in domains:
        host = found.setdefault(domain, VirtualHost(domain=domain))
        host.entries += own
        host.https_only |= https_only
        if source and source not in host.sources:
            host.sources.append(source)


def _server_for(domain: str, servers: Sequence[Server]) -> Server:
    """The server with the nearest host, of those whose virtual hosts are in one list."""
    names = {name: server for server in reversed(servers) for name in server.names}
    best = best_domain(domain, names)
    return names[best] if best else servers[0]


def _through(way: Way, server: Server, domain: str | None) -> Way:
    return Way(proxy=way.proxy, sidecar=way.sidecar, gateway=server.shown, server=server.described, domain=domain)


def _not_found() -> Action:
    return Action(outcome=Outcome.NOT_FOUND, answer=Answer(status=404))
