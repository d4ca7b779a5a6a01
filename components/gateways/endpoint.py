"""Under which address a gateway is reached."""

from collections.abc import Sequence
from typing import Protocol, TypedDict

from components.gateways.ports import STATUS_PORT
from components.gateways.servers import Protocol as ServerProtocol
from components.gateways.settings import GatewaySettings, ServiceType


class ObservedPort(Protocol):
    """A port of a Service, as the cluster reports it."""

    @property
    def name(self) -> str | None:
        """The name of the port."""
        ...

    @property
    def port(self) -> int:
        """The port of the Service."""
        ...

    @property
    def node_port(self) -> int | None:
        """The port on every node."""
        ...


class ObservedIngress(Protocol):
    """An address of a load balancer, as the cluster reports it."""

    @property
    def ip(self) -> str | None:
        """The address, for load balancers that have one."""
        ...

    @property
    def hostname(self) -> str | None:
        """The DNS name, for load balancers that have one."""
        ...


class ObservedLoadBalancer(Protocol):
    """The load balancer of a Service, as the cluster reports it."""

    @property
    def ingress(self) -> Sequence[ObservedIngress] | None:
        """Its addresses; none before it has one."""
        ...


class Endpoint(TypedDict):
    """How a gateway is reached, as a stack output."""

    namespace: str
    """The namespace of the gateway's Deployment, Service and Gateway resource, which all have its name."""
    host: str | None
    """Address or name; None where the cluster does not know it (NodePort without nodeAddress)."""
    ports: dict[str, int]
    """The number under which each port of the Service is reached at `host`, by name."""
    url: str | None
    """The address of the first server; None without a host, and for a server that speaks neither HTTP nor HTTPS."""


def gateway_endpoint(
    name: str,
    gateway: GatewaySettings,
    ports: Sequence[ObservedPort] | None,
    load_balancer: ObservedLoadBalancer | None,
) -> Endpoint:
    """How the gateway `name` is reached, from what the cluster reports of its Service.

    LoadBalancer: the load balancer's DNS name or address. NodePort: the node address of the settings and the node
    ports, because a Service does not say which nodes its users reach. ClusterIP: the name within the cluster.
    """
    on_node = gateway.service.type is ServiceType.NODE_PORT
    visible = [port for port in ports or () if port.port != STATUS_PORT]
    numbers = {port.port: (port.node_port or port.port) if on_node else port.port for port in visible}
    host = _host(name, gateway, load_balancer.ingress if load_balancer else None)
    first = _first_service_port(gateway)
    return {
        "namespace": gateway.namespace,
        "host": host,
        "ports": {port.name or str(port.port): numbers[port.port] for port in visible},
        "url": _url(gateway.servers[0].protocol, host, numbers[first]) if host and first in numbers else None,
    }


def _host(name: str, gateway: GatewaySettings, ingress: Sequence[ObservedIngress] | None) -> str | None:
    match gateway.service.type:
        case ServiceType.LOAD_BALANCER:
            return next((one.hostname or one.ip for one in ingress or () if one.hostname or one.ip), None)
        case ServiceType.NODE_PORT:
            return gateway.service.node_address
        case ServiceType.CLUSTER_IP:
            return f"{name}.{gateway.namespace}.svc"


def _first_service_port(gateway: GatewaySettings) -> int:
    """The port of the Service behind which the first server listens."""
    listening = gateway.servers[0].port
    declared = gateway.service.ports or ()
    return next((port.port for port in declared if (port.target_port or port.port) == listening), listening)


def _url(protocol: ServerProtocol, host: str, port: int) -> str | None:
    if not protocol.plain_http and protocol is not ServerProtocol.HTTPS:
        return None
    scheme, usual = ("http", 80) if protocol.plain_http else ("https", 443)
    literal = f"[{host}]" if ":" in host else host
    return f"{scheme}://{literal}" if port == usual else f"{scheme}://{literal}:{port}"
