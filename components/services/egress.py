"""External services: ServiceEntries, TLS that the mesh begins, and the way through an egress gateway."""

from collections.abc import Iterator, Mapping

from components.gateways.settings import GatewaySettings
from components.gateways.values import selector_label
from components.platform.manifest import Manifest
from components.services.destination_rule import port_policy
from components.services.documents import document
from components.services.externals import (
    ExternalPort,
    ExternalProtocol,
    ExternalSettings,
    OriginationMode,
    TlsOrigination,
)
from components.services.names import cluster_host

ORIGINATING = "tls-origination"
"""The subset of an external host by which an egress gateway begins TLS: what passes through with TLS of its own, to the
same port, has none begun around it."""

ENCRYPTED = (ExternalProtocol.HTTPS, ExternalProtocol.TLS)
"""Protocols whose host is in the handshake, so that TLS passes through an egress gateway as it is."""


def service_entry(key: str, external: ExternalSettings) -> Manifest:
    """The ServiceEntry of an external service.

    Where an egress gateway begins TLS, the port of TLS is one of the entry's, for the gateway's own route to it.
    Source: istio.io/latest/docs/reference/config/networking/service-entry.
    """
    ports = [_port(one, external) for one in external.ports]
    begun = external.tls_origination
    if begun and external.egress_gateway and begun.target_port not in [one.port for one in external.ports]:
        ports.append({"number": begun.target_port, "name": f"https-{begun.target_port}", "protocol": "HTTPS"})
    endpoints = [{"address": address} for address in external.endpoints]
    spec = {
        "hosts": list(external.hosts),
        "location": "MESH_EXTERNAL",
        "ports": ports,
        "resolution": external.resolution.value,
        **({"endpoints": endpoints} if endpoints else {}),
    }
    return document("ServiceEntry", key, external.namespace, spec)


def _port(port: ExternalPort, external: ExternalSettings) -> dict[str, object]:
    begun = external.tls_origination
    direct = begun is not None and begun.port == port.port and not external.egress_gateway
    target = begun.target_port if begun and direct else port.target_port
    return {
        "number": port.port,
        "name": f"{port.protocol.value.lower()}-{port.port}",
        "protocol": port.protocol.value,
        **({"targetPort": target} if target else {}),
    }


def external_rules(key: str, external: ExternalSettings) -> Iterator[Manifest]:
    """One DestinationRule for each host, where TLS is begun or a policy is given.

    Source: istio.io/latest/docs/tasks/traffic-management/egress/egress-tls-origination.
    """
    begun = external.tls_origination
    for index, host in enumerate(external.hosts):
        policy, subsets = dict(external.traffic_policy or {}), list[Manifest]()
        if begun and external.egress_gateway:
            subsets.append({"name": ORIGINATING, "trafficPolicy": {"tls": _origination(begun, host)}})
        elif begun:
            policy["portLevelSettings"] = [port_policy(begun.port, policy, {"tls": _origination(begun, host)})]
        told = {**({"trafficPolicy": policy} if policy else {}), **({"subsets": subsets} if subsets else {})}
        if told:
            name = key if index == 0 else f"{key}-{index}"
            yield document("DestinationRule", name, external.namespace, {"host": host, **told})


def _origination(begun: TlsOrigination, host: str) -> dict[str, object]:
    """ClientTLSSettings that verify the other side: without a CA Envoy would accept any certificate (IST0128)."""
    name = begun.sni or host
    trust = {"credentialName": begun.credential_name} if begun.credential_name else {"caCertificates": "system"}
    return {
        "mode": begun.mode.value if begun.mode is OriginationMode.MUTUAL else "SIMPLE",
        **trust,
        "sni": name,
        "subjectAltNames": list(begun.subject_alt_names) or [name],
    }


def egress_route(key: str, external: ExternalSettings, gateway: GatewaySettings) -> Iterator[Manifest]:
    """The Gateway that takes the traffic, and the VirtualService that leads there and on.

    Source: istio.io/latest/docs/tasks/traffic-management/egress/egress-gateway and egress-gateway-tls-origination.
    """
    name = external.egress_gateway or ""
    selector = {"istio": selector_label(name)}
    servers = [_server(port, external) for port in external.ports]
    opened = document("Gateway", f"{name}-{key}", gateway.namespace, {"selector": selector, "servers": servers})
    yield opened
    here = f"{gateway.namespace}/{name}-{key}"
    inside = cluster_host(name, gateway.namespace)
    http = [
        route
        for port in external.ports
        if port.protocol not in ENCRYPTED
        for route in _http(key, port, external, here, inside)
    ]
    tls = [
        route for port in external.ports if port.protocol in ENCRYPTED for route in _tls(port, external, here, inside)
    ]
    routes = {**({"http": http} if http else {}), **({"tls": tls} if tls else {})}
    spec = {"hosts": list(external.hosts), "gateways": ["mesh", here], **routes}
    yield document("VirtualService", key, external.namespace, spec)


def _server(port: ExternalPort, external: ExternalSettings) -> dict[str, object]:
    """Every port keeps its number, so that what arrives at the gateway says by port and host where it goes."""
    protocol, tls = ("TLS", "PASSTHROUGH") if port.protocol in ENCRYPTED else ("HTTPS", "ISTIO_MUTUAL")
    named = {"number": port.port, "name": f"{protocol.lower()}-{port.port}", "protocol": protocol}
    return {"port": named, "hosts": list(external.hosts), "tls": {"mode": tls}}


def _http(
    key: str, port: ExternalPort, external: ExternalSettings, here: str, inside: str
) -> Iterator[dict[str, object]]:
    """To the gateway over mutual TLS, and from there to the port outside, for each host."""
    begun = external.tls_origination
    outside: dict[str, object] = {"port": {"number": port.port}}
    if begun and begun.port == port.port:
        outside = {"port": {"number": begun.target_port}, "subset": ORIGINATING}
    yield {
        "match": [{"gateways": ["mesh"], "port": port.port}],
        "route": [{"destination": {"host": inside, "subset": key, "port": {"number": port.port}}}],
    }
    for host in external.hosts:
        several = {"authority": {"exact": host}} if len(external.hosts) > 1 else {}
        yield {
            "match": [{"gateways": [here], "port": port.port, **several}],
            "route": [{"destination": {"host": host, **outside}}],
        }


def _tls(port: ExternalPort, external: ExternalSettings, here: str, inside: str) -> Iterator[dict[str, object]]:
    yield {
        "match": [{"gateways": ["mesh"], "port": port.port, "sniHosts": list(external.hosts)}],
        "route": [{"destination": {"host": inside, "port": {"number": port.port}}}],
    }
    for host in external.hosts:
        yield {
            "match": [{"gateways": [here], "port": port.port, "sniHosts": [host]}],
            "route": [{"destination": {"host": host, "port": {"number": port.port}}}],
        }


def plain_ports(external: ExternalSettings) -> list[int]:
    """The ports on which sidecars send an egress gateway plain HTTP, within the mesh's own mutual TLS."""
    return [port.port for port in external.ports if port.protocol not in ENCRYPTED]


def passed_ports(external: ExternalSettings) -> list[int]:
    """The ports of which TLS passes through an egress gateway as it is."""
    return [port.port for port in external.ports if port.protocol in ENCRYPTED]


def gateway_rule(name: str, gateway: GatewaySettings, externals: Mapping[str, ExternalSettings]) -> Manifest | None:
    """How sidecars call an egress gateway: one subset for each external service whose HTTP goes through it."""
    subsets = [
        {"name": key, "trafficPolicy": {"portLevelSettings": _mutual(external)}}
        for key, external in externals.items()
        if external.egress_gateway == name and plain_ports(external)
    ]
    spec = {"host": cluster_host(name, gateway.namespace), "subsets": subsets}
    return document("DestinationRule", name, gateway.namespace, spec) if subsets else None


def _mutual(external: ExternalSettings) -> list[dict[str, object]]:
    tls = {"mode": "ISTIO_MUTUAL", "sni": external.hosts[0]}
    return [{"port": {"number": port}, "tls": tls} for port in plain_ports(external)]
