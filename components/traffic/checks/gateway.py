"""Checks of Istio's Gateway (networking.istio.io): servers, their ports and hosts."""

from collections.abc import Iterator

from components.gateways.ports import RESERVED_PORTS
from components.kinds.node import Node
from components.kinds.resource import Resource
from components.settings.problems import Problem
from components.settings.wording import shown
from components.traffic.checks.gateway_tls import server_tls_problems
from components.traffic.checks.values import (
    host_problems,
    is_address,
    is_dns_label,
    labels_problems,
    port_problems,
)

_HTTP = frozenset({"http", "http2", "http_proxy", "grpc", "grpc-web"})
_TLS = frozenset({"https", "tls"})
_TCP = frozenset({"tcp", "mongo", "redis", "mysql"})
_WRITTEN = "HTTP, HTTP2, GRPC, GRPC-WEB, HTTPS, TLS, TCP, MONGO, MYSQL or REDIS"
_UNIX = "unix://"


def gateway_problems(resource: Resource) -> Iterator[Problem]:
    """A Gateway that Istio refuses or warns about, and servers of which it would ignore one.

    Hosts that several Gateways share, and redirects whose HTTPS server may be in another one, are not seen here.
    Source: ValidateGateway of Istio's pkg/config/validation/validation.go.
    """
    if not is_dns_label(resource.name):
        yield resource.node.at("metadata", "name").problem(
            f"{shown(resource.name)} is not a DNS label, as Istio wants it of a Gateway",
            "Use lower case letters, digits and '-', at most 63",
        )
    spec = resource.spec
    yield from labels_problems(spec.at("selector"))
    servers = spec.at("servers")
    if not servers.items:
        yield servers.problem("a Gateway without servers opens no port", "Add a server with port and hosts")
    for server in servers:
        yield from server_problems(server)
    yield from _unique_problems(servers)


def server_problems(server: Node) -> Iterator[Problem]:
    """One server by itself: port, bind address, hosts and TLS.

    Source: validateServer of Istio's pkg/config/validation/validation.go.
    """
    hosts = server.at("hosts")
    if not hosts.items:
        yield hosts.problem("a server without hosts serves nothing", "Name its hosts, or '*' for all of them")
    for host in hosts:
        yield from server_host_problems(host)
    bind = server.at("bind").text or ""
    yield from _port_problems(server.at("port"), bind)
    yield from _bind_problems(server, bind)
    protocol = (server.at("port", "protocol").text or "").lower()
    if protocol in _HTTP | _TLS | _TCP:
        yield from server_tls_problems(server.at("tls"), encrypted=protocol in _TLS, http=protocol in _HTTP)


def server_host_problems(host: Node) -> Iterator[Problem]:
    """A host of a server: `dnsName` or `namespace/dnsName`; a complete name, `*.x`, `*`, or an address.

    Source: ValidateNamespaceSlashWildcardHostname of Istio's pkg/config/validation/agent/validation.go.
    """
    text = host.text
    if text is None:
        return
    namespace, slash, name = text.rpartition("/")
    if slash and namespace not in ("*", ".") and not is_dns_label(namespace):
        yield host.problem(
            f"{shown(text)} names the namespace {shown(namespace)}, which is none",
            "Begin with a namespace, '.' for the Gateway's own or '*' for all, or with the host itself",
        )
    elif is_address(name) or name == "*":
        return
    elif "." not in name:
        yield host.problem(
            f"{shown(text)} is a short name, which Istio refuses for a Gateway",
            "Write it in full, for example 'shop.example.com'",
        )
    elif "*" in name and not name.startswith("*."):
        yield host.problem(
            f"{shown(text)} has a wildcard that is not its whole first part", "Write it like '*.example.com'"
        )
    else:
        yield from host_problems(Node(name, host.path), wildcard=True)


def _port_problems(port: Node, bind: str) -> Iterator[Problem]:
    number, protocol = port.at("number"), port.at("protocol")
    if protocol.text is not None and protocol.text.lower() not in _HTTP | _TLS | _TCP:
        yield protocol.problem(f"{shown(protocol.text)} is not a protocol of a Gateway", f"Use {_WRITTEN}")
    if number.whole or not bind.startswith(_UNIX):
        yield from port_problems(number)
    if number.whole in RESERVED_PORTS:
        yield number.problem(
            f"{number.whole} is used by Istio's proxy itself (a rule of this project)", "Choose another port"
        )
    if port.at("targetPort").whole:
        yield port.at("targetPort").problem("has no effect in a Gateway, and Istio refuses it", "Remove it")
    if port.at("name").text == "":
        yield port.at("name").problem("is empty", "Name the port, for example 'http'")


def _bind_problems(server: Node, bind: str) -> Iterator[Problem]:
    """An address to listen on, or a Unix socket, which has no port.

    Source: validateServerBind and ValidateUnixAddress of Istio's pkg/config/validation/validation.go.
    """
    here = server.at("bind")
    if bind.startswith(_UNIX):
        socket = bind.removeprefix(_UNIX)
        if not socket.startswith("@") and (not socket.startswith("/") or socket.endswith("/")):
            yield here.problem(f"{shown(bind)} is not the path of a socket", "Write it like 'unix:///run/x.sock'")
        if server.at("port", "number").whole:
            yield server.at("port", "number").problem("a Unix socket has no port", "Use 0, or bind an address")
    elif bind and not is_address(bind):
        yield here.problem(f"{shown(bind)} is not an IP address", "Give an address, or remove it for all of them")


def _unique_problems(servers: Node) -> Iterator[Problem]:
    """Port names given twice, which Istio refuses, and servers of one port of which it serves only the first.

    Source: ValidateGateway of Istio's pkg/config/validation/validation.go, and MergeGateways of
    pilot/pkg/model/gateway.go for protocols and hosts of one port.
    """
    names: set[str] = set()
    protocols: dict[tuple[int, str], str] = {}
    hosts: set[tuple[int, str, str]] = set()
    for server in servers:
        port, bind = server.at("port"), server.at("bind").text or ""
        name, number = port.at("name").text, port.at("number").whole or 0
        if name and name in names:
            yield port.at("name").problem(
                f"'{name}' is given twice in this Gateway", "Give each port a name of its own"
            )
        names.add(name or "")
        protocol = (port.at("protocol").text or "").lower()
        earlier = protocols.setdefault((number, bind), protocol)
        if _family(earlier) != _family(protocol):
            yield port.at("protocol").problem(
                f"'{protocol.upper()}' on port {number}, where an earlier server speaks {earlier.upper()}; Istio would "
                "ignore this one",
                "Use one protocol for each port",
            )
        for host in server.at("hosts"):
            key = (number, bind, host.text or "")
            if key in hosts:
                yield host.problem(
                    f"'{host.text}' is already served on port {number} (a rule of this project)", "Remove it"
                )
            hosts.add(key)


def _family(protocol: str) -> str:
    """What protocols that share a port have in common."""
    return next((name for name, members in (("http", _HTTP), ("tls", _TLS)) if protocol in members), protocol)
