"""Under which address a gateway is reached."""

from collections.abc import Mapping, Sequence
from typing import Any, TypedDict

from components.gateways.ports import STATUS_PORT
from components.gateways.servers import Protocol as ServerProtocol
from components.gateways.settings import GatewaySettings, ServiceType

Fields = Mapping[str, Any]
"""A part of a Service as the cluster reports it, in Kubernetes' own field names."""


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


def gateway_endpoint(name: str, gateway: GatewaySettings, spec: Fields, status: Fields | None) -> Endpoint:
    """How the gateway `name` is reached, from what the cluster reports of its Service.

    LoadBalancer: the load balancer's DNS name or address. NodePort: the node address of the settings and the node
    ports, because a Service does not say which nodes its users reach. ClusterIP: the name within the cluster.
    """
    on_node = gateway.service.type is ServiceType.NODE_PORT
    visible = [port for port in spec.get("ports") or () if port["port"] != STATUS_PORT]
    # Pulumi hands every number over as a float.
    numbers = {
        int(port["port"]): int((port.get("nodePort") or port["port"]) if on_node else port["port"]) for port in visible
    }
    load_balancer: Fields = (status or {}).get("loadBalancer") or {}
    host = _host(name, gateway, load_balancer.get("ingress"))
    first = _first_service_port(gateway)
    return {
        "namespace": gateway.namespace,
        "host": host,
        "ports": {port.get("name") or str(int(port["port"])): numbers[int(port["port"])] for port in visible},
        "url": _url(gateway.servers[0].protocol, host, numbers[first]) if host and first in numbers else None,
    }


def _host(name: str, gateway: GatewaySettings, ingress: Sequence[Fields] | None) -> str | None:
    match gateway.service.type:
        case ServiceType.LOAD_BALANCER:
            known = (one.get("hostname") or one.get("ip") for one in ingress or ())
            return next((one for one in known if one), None)
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
