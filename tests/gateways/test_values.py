"""Helm values of the chart gateway."""

from typing import Any

from components.gateways.values import gateway_values
from components.platform.helm import without_none
from tests.support.stacks import DEMO, PRODUCTION, demo_with, settings_of

STATUS = {"name": "status-port", "port": 15021, "protocol": "TCP", "targetPort": 15021}
HTTP = {"name": "http2", "port": 80, "protocol": "TCP", "targetPort": 80}


def ports_with(path: str, value: object) -> list[Any]:
    """The ports of the Service of the small demo stack with one change."""
    settings = demo_with(f"gateways.ingressgateway.{path}", value)
    return without_none(gateway_values(settings.gateways["ingressgateway"]))["service"]["ports"]


def test_demo_values_in_full() -> None:
    assert without_none(gateway_values(settings_of(DEMO).gateways["ingressgateway"])) == {
        "service": {"type": "LoadBalancer", "ports": [STATUS, HTTP]},
        "autoscaling": {"enabled": False},
        "replicaCount": 1,
        "resources": {"requests": {"cpu": "10m", "memory": "40Mi"}},
    }, "whatever is not listed is the chart's own default"


def test_production_values_in_full() -> None:
    assert without_none(gateway_values(settings_of(PRODUCTION).gateways["ingressgateway"])) == {
        "service": {"type": "LoadBalancer", "ports": [STATUS, HTTP]},
        "autoscaling": {
            "enabled": True,
            "minReplicas": 2,
            "maxReplicas": 10,
            "targetCPUUtilizationPercentage": 80,
        },
        "podDisruptionBudget": {"minAvailable": 1},
    }, "whatever is not listed is the chart's own default"


def test_each_port_of_the_servers_is_opened_once() -> None:
    servers = [
        {"port": 8080, "protocol": "HTTP", "hosts": ["a.example.com"]},
        {"port": 80, "protocol": "HTTP", "hosts": ["*"]},
        {"port": 8080, "protocol": "HTTP", "hosts": ["*"]},
    ]
    names = [(port["name"], port["port"]) for port in ports_with("servers", servers)]
    assert names == [("status-port", 15021), ("http2", 80), ("http-8080", 8080)], (
        "a Service refuses a port that is listed twice"
    )


def test_ports_of_the_stack_replace_those_of_the_servers_but_never_the_status_port() -> None:
    ports = ports_with("service.ports", [{"name": "web", "port": 8000, "targetPort": 80, "nodePort": 30080}])
    assert ports == [
        STATUS,
        {"name": "web", "port": 8000, "protocol": "TCP", "targetPort": 80, "nodePort": 30080},
    ], "load balancers probe the status port"
