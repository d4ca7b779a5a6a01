"""The servers of a gateway's pods: what Gateways of Istio and listeners of the Gateway API open there."""

from collections.abc import Iterator
from dataclasses import dataclass

from components.kinds.node import Node
from components.services.names import cluster_host
from components.traffic.simulation.gateway_api import GROUP
from components.traffic.simulation.mesh_object import MeshObject
from components.traffic.simulation.objects import Stack
from components.traffic.simulation.proxies import GatewayProxy

_TERMINATING = {"HTTPS"}
_PLAIN_HTTP = {"HTTP", "HTTP2", "GRPC", "GRPC-WEB"}


@dataclass(frozen=True, kw_only=True)
class Server:
    """One server, or one listener of the Gateway API, which istiod makes a server of."""

    gateway: str
    """The name by which routes are bound to it: NAMESPACE/NAME, of a listener with its own name behind."""
    shown: str
    """The Gateway, with kind, namespace and name."""
    namespace: str
    listener: str | None
    """The name of the listener; None for a server of Istio's Gateway."""
    number: int
    """The port that it names."""
    pod_port: int
    """The port of the pods that is opened for it."""
    protocol: str
    hosts: tuple[str, ...]
    """[NAMESPACE/]HOST, where NAMESPACE is that of the routes that may be bound."""
    tls_mode: str | None = None
    https_redirect: bool = False

    @property
    def plain_http(self) -> bool:
        """Whether it takes requests without TLS."""
        return self.protocol in _PLAIN_HTTP

    @property
    def terminates(self) -> bool:
        """Whether it takes requests within TLS, which ends here."""
        return self.protocol in _TERMINATING and self.tls_mode not in ("PASSTHROUGH", "AUTO_PASSTHROUGH")

    @property
    def encrypted(self) -> bool:
        """Whether the connection has to begin with a handshake."""
        return self.protocol in _TERMINATING or self.protocol == "TLS"

    @property
    def names(self) -> list[str]:
        """Its hosts, without namespaces, in lower case."""
        return [one.rpartition("/")[2].lower() for one in self.hosts]

    @property
    def described(self) -> str:
        """Port, protocol and hosts."""
        return f"{self.number} {self.protocol} {', '.join(self.hosts)}"


def servers_of(proxy: GatewayProxy, stack: Stack) -> list[Server]:
    """All servers of a gateway's pods, in the order in which istiod merges them."""
    found: list[Server] = []
    for gateway in stack.of_kind("Gateway"):
        selector = gateway.spec.at("selector").entries
        if all(proxy.labels.get(name) == value.text for name, value in selector):
            found += [_server(gateway, server, proxy) for server in gateway.spec.at("servers")]
    for gateway in stack.of_kind("Gateway", GROUP):
        if _stands_before(gateway, proxy):
            found += _listeners(gateway, proxy, stack)
    return found


def _server(gateway: MeshObject, server: Node, proxy: GatewayProxy) -> Server:
    number = server.at("port", "number").whole or 0
    hosts = [f"{gateway.namespace}/{one[2:]}" if one.startswith("./") else one for one in server.at("hosts").texts]
    return Server(
        gateway=gateway.key,
        shown=gateway.shown,
        namespace=gateway.namespace,
        listener=None,
        number=number,
        # A port that the Service has not is opened as it is (resolvePorts in pilot/pkg/model/gateway.go).
        pod_port=proxy.ports.get(number, number),
        protocol=(server.at("port", "protocol").text or "").upper(),
        hosts=tuple(hosts),
        tls_mode=server.at("tls", "mode").text,
        https_redirect=bool(server.at("tls", "httpsRedirect").flag),
    )


def _stands_before(gateway: MeshObject, proxy: GatewayProxy) -> bool:
    """Whether a Gateway of the Gateway API names the Service of these pods, or has been given them by Istio."""
    addresses = [one.at("value").text for one in gateway.spec.at("addresses")]
    if addresses:
        return cluster_host(proxy.name, proxy.namespace) in addresses
    return gateway.namespace == proxy.namespace and proxy.name.startswith(f"{gateway.name}-")


def _listeners(gateway: MeshObject, proxy: GatewayProxy, stack: Stack) -> Iterator[Server]:
    for listener in gateway.spec.at("listeners"):
        number, name = listener.at("port").whole or 0, listener.at("name").text or ""
        if number not in proxy.ports:
            continue  # A listener is for a port of the Service, or for nothing.
        hostname = (listener.at("hostname").text or "*").lower()
        allowed = list(_allowed_namespaces(listener, gateway.namespace, stack))
        yield Server(
            gateway=f"{gateway.key}/{name}",
            shown=gateway.shown,
            namespace=gateway.namespace,
            listener=name,
            number=number,
            pod_port=proxy.ports[number],
            protocol=listener.at("protocol").text or "",
            hosts=tuple(f"{one}/{hostname}" for one in allowed),
            tls_mode=(listener.at("tls", "mode").text or "").upper() or None,
        )


def _allowed_namespaces(listener: Node, own: str, stack: Stack) -> Iterator[str]:
    """The namespaces whose routes may be attached; '~' is none, '*' all."""
    namespaces = listener.at("allowedRoutes", "namespaces")
    match namespaces.at("from").text or "Same":
        case "All":
            yield "*"
        case "Same":
            yield own
        case "Selector":
            fitting = [name for name, labels in stack.namespace_labels.items() if _selects(namespaces, labels)]
            yield from fitting or ["~"]
        case _:
            yield "~"


def _selects(namespaces: Node, labels: "dict[str, str] | object") -> bool:
    have = Node(labels, ())
    selector = namespaces.at("selector")
    equal = all(have.at(name).text == value.text for name, value in selector.at("matchLabels").entries)
    return equal and all(_expression(one, have) for one in selector.at("matchExpressions"))


def _expression(one: Node, have: Node) -> bool:
    value, values = have.at(one.at("key").text or "").text, one.at("values").texts
    match one.at("operator").text:
        case "In":
            return value in values
        case "NotIn":
            return value not in values
        case "Exists":
            return value is not None
        case _:
            return value is None
