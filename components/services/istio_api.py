"""VirtualServices of services: within the mesh, and on gateways."""

from collections.abc import Iterator, Mapping
from dataclasses import replace

from components.gateways.settings import GatewaySettings
from components.platform.manifest import Manifest
from components.services.documents import document
from components.services.exposure import ExposedHosts, at_port, exposed_hosts, exposed_rules
from components.services.names import service_host, service_name
from components.services.rules import Rule, Target, says_something, service_rules
from components.services.settings import ServiceProtocol, ServiceSettings
from components.services.virtual_service import http_routes, weighted
from components.settings.api import Api


def service_virtual_service(key: str, services: Mapping[str, ServiceSettings]) -> Manifest | None:
    """How requests of the mesh to a service are routed; None where nothing is said, so that Istio's own way holds."""
    service = services[key]
    if not says_something(service):
        return None
    rules = list(_within_mesh(service_rules(key, service)))
    routes = {"http": http_routes(rules, Destinations(services, own=key))}
    if not service.protocol.http:
        routes = {"tcp": [_connections(rules[-1], Destinations(services, own=key))]}
    spec = {"hosts": [service_host(key, service)], **routes}
    return document("VirtualService", service_name(key, service), service.namespace, spec)


def _within_mesh(rules: list[Rule]) -> Iterator[Rule]:
    """The rules without matches by claims, which only gateways know, and which Istio refuses elsewhere."""
    for rule in rules:
        matches = tuple(match for match in rule.matches if not match.claims)
        if matches or not rule.matches:
            yield replace(rule, matches=matches)


def exposed_virtual_services(
    services: Mapping[str, ServiceSettings], gateways: Mapping[str, GatewaySettings]
) -> Iterator[tuple[ExposedHosts, Manifest]]:
    """How requests at the gateways are routed: a VirtualService for each group of hosts, beside its gateway.

    It lies in the gateway's namespace, because a host may be shared by services of several namespaces.

    Raises:
        InexpressibleError: a route and the path of an exposure cannot be combined.
    """
    for exposed in exposed_hosts(services):
        gateway = gateways.get(exposed.gateway)
        if gateway is None:
            continue  # A check says so.
        spec = {
            "hosts": list(exposed.hosts),
            "gateways": [f"{gateway.namespace}/{exposed.gateway}"],
            **_exposed_routes(exposed, services),
        }
        yield exposed, document("VirtualService", exposed.name, gateway.namespace, spec)


class Destinations:
    """Writes targets as Istio's Destinations. Requests to `own` keep the port at which they came."""

    def __init__(self, services: Mapping[str, ServiceSettings], own: str | None = None) -> None:
        self._services = services
        self._own = own

    def __call__(self, target: Target) -> dict[str, object]:
        """The Destination of a service, or of one version of it."""
        service = self._services[target.service]
        written: dict[str, object] = {"host": service_host(target.service, service, target.version)}
        if target.version is not None and service.api is Api.ISTIO:
            written["subset"] = target.version
        if port := target.port or (service.port if target.service != self._own else None):
            written["port"] = {"number": port}
        return written


def _exposed_routes(exposed: ExposedHosts, services: Mapping[str, ServiceSettings]) -> dict[str, object]:
    destinations = Destinations(services)
    fields: dict[str, object] = {}
    if rules := exposed_rules(exposed, services):
        fields["http"] = http_routes(rules, destinations)
    for share in exposed.shares:
        service = services[share.service]
        rest, protocol = at_port(service_rules(share.service, service)[-1], share), share.protocol(services)
        if protocol is ServiceProtocol.TLS:
            matched = {"match": [{"sniHosts": list(exposed.hosts)}]}
            fields["tls"] = [matched | _connections(rest, destinations)]
        elif protocol is ServiceProtocol.TCP:
            fields["tcp"] = [_connections(rest, destinations)]
    return fields


def _connections(rule: Rule, destinations: Destinations) -> dict[str, object]:
    return {"route": [weighted(target, destinations) for target in rule.targets]}
