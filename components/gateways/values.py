"""Helm values of the chart gateway."""

from components.gateways.ports import STATUS_PORT
from components.gateways.reasons import service_annotations
from components.gateways.settings import GatewaySettings, ServicePort, ServiceSettings
from components.settings.scheduling import scheduling_values

WELL_KNOWN_PORT_NAMES = {80: "http2", 443: "https"}
"""The names that the chart gives to these ports."""


def selector_label(name: str) -> str:
    """The label `istio` that the gateway chart gives to the pods of the release `name` (templates/_helpers.tpl)."""
    return name.removeprefix("istio-")


def pod_labels(name: str, gateway: GatewaySettings) -> dict[str, str]:
    """The labels of a gateway's pods by which objects of Istio select them."""
    return {**gateway.labels, "app": name, "istio": selector_label(name)}


def gateway_values(name: str, gateway: GatewaySettings, *, reads_secrets: bool = True) -> dict[str, object]:
    """Values of gateway for the release `name`, in the chart's own names; None stands for the chart's default.

    The chart's Role lets the pods read every Secret of the namespace (templates/role.yaml); without `reads_secrets`
    there is none.
    """
    scaling = gateway.autoscaling
    budget = gateway.pod_disruption_budget
    return {
        "service": _service(gateway.service) | {"ports": _chart_ports(gateway)},
        "labels": dict(gateway.labels),
        "rbac": {"enabled": reads_secrets},
        "autoscaling": {
            "enabled": scaling.enabled,
            "minReplicas": scaling.min_replicas if scaling.enabled else None,
            "maxReplicas": scaling.max_replicas if scaling.enabled else None,
            "targetCPUUtilizationPercentage": scaling.target_cpu_utilization_percentage if scaling.enabled else None,
        },
        "replicaCount": None if scaling.enabled else gateway.smallest_scale,
        "podDisruptionBudget": {"minAvailable": budget.min_available} if budget else None,
        "resources": gateway.resources.model_dump(by_alias=True),
        "priorityClassName": gateway.priority_class_name,
        **scheduling_values(gateway, {"app": name, "istio": selector_label(name)}),
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


def _service(service: ServiceSettings) -> dict[str, object]:
    policy = service.external_traffic_policy
    return {
        "type": service.type.value,
        "annotations": service_annotations(service),
        "loadBalancerClass": service.load_balancer_class,
        "loadBalancerSourceRanges": list(service.load_balancer_source_ranges) or None,
        "externalTrafficPolicy": policy.value if policy else None,
    }


def _chart_ports(gateway: GatewaySettings) -> list[dict[str, object]]:
    # A list replaces the chart's own ports, the status port among them, which load balancers probe.
    ports: list[dict[str, object]] = [_chart_port(ServicePort(name="status-port", port=STATUS_PORT))]
    return ports + [_chart_port(port) for port in service_ports(gateway)]


def _chart_port(port: ServicePort) -> dict[str, object]:
    chosen: dict[str, object] = {} if port.node_port is None else {"nodePort": port.node_port}
    target = port.target_port or port.port
    return {"name": port.name, "port": port.port, "protocol": "TCP", "targetPort": target, **chosen}
