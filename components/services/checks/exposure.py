"""Checks of how services are reached through gateways."""

from collections.abc import Iterator

from components.gateways.hosts import hosts_match
from components.gateways.servers import Protocol, ServerSettings
from components.kinds.node import Node
from components.services.exposure import exposed_hosts, exposed_rules
from components.services.intersection import InexpressibleError, plain_path
from components.services.ports import port_of
from components.services.settings import ExposureSettings, ServiceProtocol, ServiceSettings
from components.settings.api import Api
from components.settings.mesh import MeshSettings
from components.settings.problems import Path, Problem, render_path
from components.settings.wording import suggestion
from components.traffic.checks.values import host_problems, regex_problems

_HTTP = (Protocol.HTTP, Protocol.HTTP2, Protocol.GRPC, Protocol.HTTPS)


def exposure_problems(settings: MeshSettings) -> Iterator[Problem]:
    """Gateways that are not there or do not serve the hosts, and parts of a host that two services claim."""
    claimed: dict[tuple[object, ...], Path] = {}
    for key, service in settings.services.items():
        for index, exposure in enumerate(service.exposure):
            path: Path = ("services", key, "exposure", index)
            yield from _gateway_problems(settings, key, exposure, path)
            parts = [plain_path(part) for part in exposure.paths or (None,)]
            # Servers of a gateway take HTTP, TLS that is passed on, or TCP: one host may be served in each way.
            protocol = port_of(service, exposure.port).protocol
            spoken = "HTTP" if protocol.http else protocol
            for host in dict.fromkeys(exposure.hosts):
                claims = [(exposure.gateway, spoken, host, part) for part in parts]
                taken = [claimed[claim] for claim in claims if claim in claimed]
                if taken:
                    yield _claimed(host, path, taken[0])
                claimed.update((claim, path) for claim in claims)
            yield from _repetitions(exposure, path)
            yield from _same_name(service, index, path)
            yield from _path_problems(protocol, exposure, path)
    yield from _combinations(settings)


def _claimed(host: str, path: Path, earlier: Path) -> Problem:
    return Problem(
        (*path, "hosts"),
        f"'{host}' belongs to services.{earlier[1]} on this gateway already, with the same path",
        "Give each its own `paths`, or another host",
    )


def _repetitions(exposure: ExposureSettings, path: Path) -> Iterator[Problem]:
    for index, host in enumerate(exposure.hosts):
        yield from host_problems(Node(host, (*path, "hosts", index)), wildcard=True, everything=True)
        if host in exposure.hosts[:index]:
            yield Problem((*path, "hosts", index), f"'{host}' is given twice", "Remove it")
    parts = [plain_path(part) for part in exposure.paths or ()]
    for index, part in enumerate(parts):
        if part in parts[:index]:
            yield Problem((*path, "paths", index), "is given twice", "Remove it")


def _same_name(service: ServiceSettings, index: int, path: Path) -> Iterator[Problem]:
    """An HTTPRoute is named by its gateway and first host, so that its name does not hang on its place in the list."""
    exposure = service.exposure[index]
    names = [(one.gateway, one.hosts[0]) for one in service.exposure[:index]]
    if service.api is Api.GATEWAY and (exposure.gateway, exposure.hosts[0]) in names:
        first = names.index((exposure.gateway, exposure.hosts[0]))
        earlier = render_path((*path[:-1], first))
        yield Problem(
            (*path, "hosts", 0),
            f"'{exposure.hosts[0]}' is the first host of {earlier} already, on the same gateway",
            "Put the `paths` of both into one",
        )


def _path_problems(protocol: ServiceProtocol, exposure: ExposureSettings, path: Path) -> Iterator[Problem]:
    if exposure.paths and not protocol.http:
        rule = f"needs requests that can be told apart, which {protocol} has not"
        yield Problem((*path, "paths"), rule, "Remove it, or set `protocol: HTTP`")
    for index, part in enumerate(exposure.paths or ()):
        node = Node(part.model_dump(mode="json", exclude_none=True), (*path, "paths", index))
        text = part.exact if part.exact is not None else part.prefix
        if text is not None and not text.startswith("/"):
            yield Problem(node.path, f"'{text}' is no path", f"Write '/{text}'")
        if len(part.model_dump(exclude_none=True)) != 1:
            yield Problem(node.path, "needs one of exact, prefix and regex", "For example `{prefix: /api}`")
        yield from regex_problems(node.at("regex"))


def _gateway_problems(settings: MeshSettings, key: str, exposure: ExposureSettings, path: Path) -> Iterator[Problem]:
    service, gateway = settings.services[key], settings.gateways.get(exposure.gateway)
    if gateway is None:
        meant = suggestion(exposure.gateway, settings.gateways)
        fix = f"Did you mean '{meant}'?" if meant else "Declare it there, or name one that is"
        yield Problem((*path, "gateway"), f"there is no gateway '{exposure.gateway}' in mesh.gateways", fix)
        return
    if gateway.api is not service.api:
        yield Problem(
            (*path, "gateway"),
            f"'{exposure.gateway}' has `api: {gateway.api}`, where the service has `api: {service.api}`",
            "Set the same for both",
        )
    protocol = port_of(service, exposure.port).protocol
    serving = [server for server in gateway.servers if _serves(server, protocol)]
    for index, host in enumerate(exposure.hosts):
        if not any(hosts_match(one, host) for server in serving for one in server.hosts):
            served = sorted({one for server in serving for one in server.hosts})
            yield Problem(
                (*path, "hosts", index),
                f"'{host}' is not served by the gateway '{exposure.gateway}', whose hosts for {protocol} are "
                f"{', '.join(served) or 'none'}",
                "Add it to a server of the gateway, or choose one of these",
            )


def _serves(server: ServerSettings, protocol: ServiceProtocol) -> bool:
    """Whether routes for a protocol take effect on a server: TLS that is passed on has a host only (SNI)."""
    tls = server.tls
    passes_on = server.protocol.encrypted and bool(tls and tls.mode and not tls.mode.terminates)
    if protocol is ServiceProtocol.TLS:
        return passes_on
    if protocol is ServiceProtocol.TCP:
        return server.protocol is Protocol.TCP or (server.protocol is Protocol.TLS and not passes_on)
    only_redirects = bool(tls and tls.https_redirect)
    return server.protocol in _HTTP and not passes_on and not only_redirects


def _combinations(settings: MeshSettings) -> Iterator[Problem]:
    for exposed in exposed_hosts(settings.services):
        try:
            exposed_rules(exposed, settings.services)
        except InexpressibleError as error:
            path: Path = ("services", exposed.shares[0].service, "exposure")
            yield Problem(path, str(error), "Use exact paths or prefixes in the routes and in `paths`")
