"""Helm values of the chart gateway."""

from components.gateways.checks import STATUS_PORT
from components.gateways.settings import GatewaySettings, ServicePort

WELL_KNOWN_PORT_NAMES = {80: "http2", 443: "https"}
"""The names that the chart gives to these ports."""


def gateway_values(gateway: GatewaySettings) -> dict[str, object]:
    """Values of gateway, in the chart's own names; None stands for the chart's default."""
    scaling = gateway.autoscaling
    budget = gateway.pod_disruption_budget
    return {
        "service": {"type": gateway.service.type.value, "ports": _chart_ports(gateway)},
        "autoscaling": {
            "enabled": scaling.enabled,
            "minReplicas": scaling.min_replicas if scaling.enabled else None,
            "maxReplicas": scaling.max_replicas if scaling.enabled else None,
            "targetCPUUtilizationPercentage": scaling.target_cpu_utilization_percentage if scaling.enabled else None,
        },
        "replicaCount": None if scaling.enabled else gateway.smallest_scale,
        "podDisruptionBudget": {"minAvailable": budget.min_available} if budget else None,
        "resources": gateway.resources.model_dump(by_alias=True),
    }


def service_ports(gateway: GatewaySettings) -> list[ServicePort]:
    """The ports of the Service for users: those of the settings, else one for each port of the servers."""
    if gateway.service.ports is not None:
        return list(gateway.service.ports)
    protocols = {server.port: server.protocol for server in reversed(gateway.servers)}
    return [
        ServicePort(name=WELL_KNOWN_PORT_NAMES.get(number, f"{protocol.value.lower()}-{number}"), port=number)
        for number, protocol in sorted(protocols.items())
    ]


def _chart_ports(gateway: GatewaySettings) -> list[dict[str, object]]:
    # A list replaces the chart's own ports, the status port among them, which load balancers probe.
    ports: list[dict[str, object]] = [_chart_port(ServicePort(name="status-port", port=STATUS_PORT))]
    return ports + [_chart_port(port) for port in service_ports(gateway)]


def _chart_port(port: ServicePort) -> dict[str, object]:
    chosen: dict[str, object] = {} if port.node_port is None else {"nodePort": port.node_port}
    target = port.target_port or port.port
    return {"name": port.name, "port": port.port, "protocol": "TCP", "targetPort": target, **chosen}
