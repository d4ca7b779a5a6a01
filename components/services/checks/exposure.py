"""Checks of how services are reached through gateways."""

from collections.abc import Iterator

from components.gateways.hosts import hosts_match
from components.gateways.servers import Protocol, ServerSettings
from components.services.exposure import Share, exposed_hosts, exposed_rules
from components.services.intersection import InexpressibleError
from components.services.settings import ExposureSettings, ServiceProtocol
from components.settings.mesh import MeshSettings
from components.settings.problems import Path, Problem
from components.settings.wording import suggestion

_SPOKEN = {
    ServiceProtocol.TCP: (Protocol.TCP,),
    ServiceProtocol.TLS: (Protocol.TLS,),
}
_HTTP = (Protocol.HTTP, Protocol.HTTP2, Protocol.GRPC, Protocol.HTTPS)


def exposure_problems(settings: MeshSettings) -> Iterator[Problem]:
    """Gateways that are not there or do not serve the hosts, and parts of a host that two services claim."""
    claimed: dict[tuple[str, str, Share], Path] = {}
    for key, service in settings.services.items():
        for index, exposure in enumerate(service.exposure):
            path: Path = ("services", key, "exposure", index)
            yield from _gateway_problems(settings, key, exposure, path)
            for host in exposure.hosts:
                for part in exposure.paths or (None,):
                    claim = (exposure.gateway, host, Share(service="", path=part))
                    if claimed.setdefault(claim, path) != path:
                        yield _claimed(host, path, claimed[claim])
            for number, part in enumerate(exposure.paths or ()):
                text = part.exact if part.exact is not None else part.prefix
                if text is not None and not text.startswith("/"):
                    yield Problem((*path, "paths", number), f"'{text}' is no path", f"Write '/{text}'")
                if len(part.model_dump(exclude_none=True)) != 1:
                    rule = "needs one of exact, prefix and regex"
                    yield Problem((*path, "paths", number), rule, "For example `{prefix: /api}`")
    yield from _combinations(settings)


def _claimed(host: str, path: Path, earlier: Path) -> Problem:
    return Problem(
        (*path, "hosts"),
        f"'{host}' belongs to services.{earlier[1]} on this gateway already, with the same path",
        "Give each its own `paths`, or another host",
    )


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
    wanted = _SPOKEN.get(service.protocol, _HTTP)
    serving = [server for server in gateway.servers if server.protocol in wanted and not _only_redirects(server)]
    for index, host in enumerate(exposure.hosts):
        if not any(hosts_match(one, host) for server in serving for one in server.hosts):
            served = sorted({one for server in serving for one in server.hosts})
            yield Problem(
                (*path, "hosts", index),
                f"'{host}' is not served by the gateway '{exposure.gateway}', whose hosts for {service.protocol} are "
                f"{', '.join(served) or 'none'}",
                "Add it to a server of the gateway, or choose one of these",
            )


def _only_redirects(server: ServerSettings) -> bool:
    return bool(server.tls and server.tls.https_redirect)


def _combinations(settings: MeshSettings) -> Iterator[Problem]:
    for exposed in exposed_hosts(settings.services):
        try:
            exposed_rules(exposed, settings.services)
        except InexpressibleError as error:
            path: Path = ("services", exposed.shares[0].service, "exposure")
            yield Problem(path, str(error), "Use exact paths or prefixes in the routes and in `paths`")
