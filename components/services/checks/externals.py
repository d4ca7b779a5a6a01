"""Checks of external services."""

from collections.abc import Iterator

from components.gateways.settings import GatewaySettings
from components.gateways.values import service_ports
from components.kinds.node import Node
from components.platform.versions import minor_of
from components.services.checks.policies import connection_problems
from components.services.checks.references import namespace_problems
from components.services.externals import ExternalProtocol, ExternalSettings, OriginationMode, Resolution
from components.settings.mesh import MeshSettings
from components.settings.problems import Path, Problem
from components.settings.wording import suggestion
from components.traffic.checks.values import host_problems, is_address

DYNAMIC_SINCE = "1.30"
"""From here on sidecars can do with DYNAMIC_DNS, which was for waypoints before (ServiceEntry of Istio's API)."""

_PLAIN_HTTP = (ExternalProtocol.HTTP, ExternalProtocol.HTTP2, ExternalProtocol.GRPC)


def external_problems(settings: MeshSettings, key: str, path: Path) -> Iterator[Problem]:
    """Names, ports and addresses that do not fit together, and ways out that are not there."""
    external = settings.externals[key]
    if key in settings.services:
        yield Problem(path, "is the name of an entry of mesh.services as well", "Choose another name")
    yield from namespace_problems(settings, external.namespace, (*path, "namespace"))
    yield from _host_problems(external, settings.istio.version, path)
    yield from _port_problems(external, path)
    yield from _endpoint_problems(external, path)
    yield from _origination_problems(external, path)
    if external.egress_gateway:
        yield from _egress_problems(settings, external, path)
    policy = Node(external.traffic_policy, (*path, "trafficPolicy"))
    yield from connection_problems(policy, settings.istio.version, namespace=external.namespace)
    if external.tls_origination and policy.has("portLevelSettings"):
        rule = "is what tlsOrigination writes"
        yield policy.at("portLevelSettings").problem(rule, "Remove one of the two")


def shared_host_problems(settings: MeshSettings) -> Iterator[Problem]:
    """Hosts that two external services claim."""
    first: dict[str, tuple[str, int]] = {}
    for key, external in settings.externals.items():
        for index, host in enumerate(external.hosts):
            earlier, position = first.setdefault(host, (key, index))
            here = ("externals", key, "hosts", index)
            if earlier != key:
                yield Problem(here, f"'{host}' is a host of externals.{earlier} already", "Keep it in one of the two")
            elif position != index:
                yield Problem(here, f"'{host}' is given twice", "Give each host once")


def _host_problems(external: ExternalSettings, istio_version: str, path: Path) -> Iterator[Problem]:
    dynamic = minor_of(istio_version) >= minor_of(DYNAMIC_SINCE)
    if external.resolution is Resolution.DYNAMIC_DNS and not dynamic:
        yield Problem(
            (*path, "resolution"),
            f"sidecars know DYNAMIC_DNS from Istio {DYNAMIC_SINCE} on, but istio.version is {istio_version}",
            "Use `resolution: NONE`, or choose a newer istio.version",
        )
    by_dns = external.resolution in (Resolution.DNS, Resolution.DNS_ROUND_ROBIN) and not external.endpoints
    for index, host in enumerate(external.hosts):
        here = (*path, "hosts", index)
        if host == "*":
            yield Problem(here, "'*' is every host there is, which Istio refuses", "Name the hosts, or '*.example.com'")
        elif "." not in host:
            yield Problem(
                here, f"'{host}' is a short name, which each namespace reads in its own way", "Write it in full"
            )
        elif host.startswith("*") and by_dns:
            fix = f"Set `resolution: NONE`{' or DYNAMIC_DNS' if dynamic else ''}"
            yield Problem(here, f"'{host}' cannot be looked up by DNS", fix)
        else:
            yield from host_problems(Node(host, here), wildcard=True)


def _port_problems(external: ExternalSettings, path: Path) -> Iterator[Problem]:
    seen: set[int] = set()
    for index, port in enumerate(external.ports):
        if port.port in seen:
            yield Problem((*path, "ports", index, "port"), f"{port.port} is given twice", "Use each one once")
        seen.add(port.port)


def _endpoint_problems(external: ExternalSettings, path: Path) -> Iterator[Problem]:
    here = (*path, "endpoints")
    if external.resolution is Resolution.STATIC and not external.endpoints:
        yield Problem(here, "required for `resolution: STATIC`", "Add addresses, or use DNS")
    if external.resolution in (Resolution.NONE, Resolution.DYNAMIC_DNS) and external.endpoints:
        yield Problem(here, f"has no meaning for `resolution: {external.resolution}`", "Remove it, or use STATIC")
    if external.resolution is Resolution.STATIC:
        for index, address in enumerate(external.endpoints):
            if not is_address(address):
                yield Problem((*here, index), f"'{address}' is no IP address", "Write one, or use `resolution: DNS`")


def _origination_problems(external: ExternalSettings, path: Path) -> Iterator[Problem]:
    begun, here = external.tls_origination, (*path, "tlsOrigination")
    if begun is None:
        return
    port = next((one for one in external.ports if one.port == begun.port), None)
    if port is None or port.protocol not in _PLAIN_HTTP:
        yield Problem(
            (*here, "port"),
            f"{begun.port} is not a port of `ports` on which plain HTTP is spoken",
            f"Add `{{port: {begun.port}, protocol: HTTP}}` there, or name one that is",
        )
    if begun.credential_name and not external.egress_gateway:
        yield Problem(
            (*here, "credentialName"),
            "is read by gateways only, not by sidecars (ClientTLSSettings of Istio's DestinationRule)",
            "Add `egressGateway`, or remove it",
        )
    wild = next((host for host in external.hosts if host.startswith("*")), None)
    if wild and not begun.sni:
        rule = f"required, because '{wild}' is no name for a handshake"
        yield Problem((*here, "sni"), rule, "Add the name that the certificate has")
    if begun.mode is OriginationMode.MUTUAL and not begun.credential_name:
        yield Problem((*here, "credentialName"), "required for MUTUAL", "Name the Secret with certificate and key")


def _egress_problems(settings: MeshSettings, external: ExternalSettings, path: Path) -> Iterator[Problem]:
    name, here = external.egress_gateway or "", (*path, "egressGateway")
    gateway = settings.gateways.get(name)
    if gateway is None:
        meant = suggestion(name, settings.gateways)
        fix = f"Did you mean '{meant}'?" if meant else "Declare it there, or name one that is"
        yield Problem(here, f"there is no gateway '{name}' in mesh.gateways", fix)
        return
    yield from _wildcard_problems(external, here)
    if external.resolution is Resolution.NONE:
        yield Problem(
            here,
            f"'{name}' would have no address to send to: `resolution: NONE` keeps the one that was called, which a "
            "gateway cannot (convertResolution in Istio's cluster.go)",
            "Set `resolution: DNS` or STATIC, or call it directly: remove egressGateway",
        )
    for port in external.ports:
        if port.protocol is ExternalProtocol.TCP:
            rule = "TCP has no host by which an egress gateway could tell where to"
            yield Problem(here, rule, "Call it directly: remove egressGateway")
        elif port.port not in _open_ports(gateway):
            yield Problem(
                here,
                f"'{name}' does not open port {port.port}, through which {port.protocol} to this service goes",
                f"Add `{{name: tls-{port.port}, port: {port.port}}}` to its service.ports",
            )


def _wildcard_problems(external: ExternalSettings, path: Path) -> Iterator[Problem]:
    for host in external.hosts:
        if host.startswith("*"):
            rule = f"the gateway could not tell which of '{host}' is meant, and so not find its address"
            yield Problem(path, rule, "Name the hosts, or call them directly: remove egressGateway")


def _open_ports(gateway: GatewaySettings) -> set[int]:
    return {port.port for port in service_ports(gateway)}
