"""Helm values of the chart gateway."""

from typing import Any

import pytest

from components.gateways.values import gateway_values
from components.platform.helm import without_none
from tests.support.stacks import DEMO, PRODUCTION, changed, demo_with, settings_of

STATUS = {"name": "status-port", "port": 15021, "protocol": "TCP", "targetPort": 15021}
HTTP = {"name": "http2", "port": 80, "protocol": "TCP", "targetPort": 80}


def ports_with(path: str, value: object) -> list[Any]:
    """The ports of the Service of the small demo stack with one change."""
    settings = demo_with(f"gateways.ingressgateway.{path}", value)
    return without_none(gateway_values("ingressgateway", settings.gateways["ingressgateway"]))["service"]["ports"]


def test_demo_values_in_full() -> None:
    assert without_none(gateway_values("ingressgateway", settings_of(DEMO).gateways["ingressgateway"])) == {
        "service": {"type": "LoadBalancer", "ports": [STATUS, HTTP]},
        "rbac": {"enabled": True},
        "autoscaling": {"enabled": False},
        "replicaCount": 1,
        "resources": {"requests": {"cpu": "10m", "memory": "40Mi"}},
    }, "whatever is not listed is the chart's own default"


def test_production_values_in_full() -> None:
    assert without_none(gateway_values("ingressgateway", settings_of(PRODUCTION).gateways["ingressgateway"])) == {
        "service": {"type": "LoadBalancer", "ports": [STATUS, HTTP]},
        "rbac": {"enabled": True},
        "autoscaling": {
            "enabled": True,
            "minReplicas": 2,
            "maxReplicas": 10,
            "targetCPUUtilizationPercentage": 80,
        },
        "podDisruptionBudget": {"minAvailable": 1},
        "topologySpreadConstraints": [
            {
                "maxSkew": 1,
                "topologyKey": "topology.kubernetes.io/zone",
                "whenUnsatisfiable": "ScheduleAnyway",
                "labelSelector": {"matchLabels": {"app": "ingressgateway", "istio": "ingressgateway"}},
            }
        ],
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


def test_everything_about_the_service_is_handed_to_the_chart() -> None:
    service = {
        "type": "LoadBalancer",
        "annotations": {"service.beta.kubernetes.io/aws-load-balancer-type": "nlb"},
        "loadBalancerClass": "service.k8s.aws/nlb",
        "loadBalancerSourceRanges": ["203.0.113.0/24", "2001:db8::/32"],
        "externalTrafficPolicy": "Local",
    }
    settings = demo_with("gateways.ingressgateway.service", service).gateways["ingressgateway"]
    values = without_none(gateway_values("ingressgateway", settings))["service"]
    assert values == service | {"ports": [STATUS, HTTP]}, "in the chart's own names"


def test_where_the_pods_run_is_handed_to_the_chart() -> None:
    wanted: dict[str, Any] = {
        "labels": {"team": "edge"},
        "nodeSelector": {"pool": "edge"},
        "tolerations": [{"key": "edge", "operator": "Exists", "effect": "NoSchedule"}],
        "affinity": {"podAntiAffinity": {"preferredDuringSchedulingIgnoredDuringExecution": []}},
        "priorityClassName": "edge",
    }
    gateway = DEMO["gateways"]["ingressgateway"] | wanted
    settings = demo_with("gateways.ingressgateway", gateway).gateways["ingressgateway"]
    values = without_none(gateway_values("ingressgateway", settings))
    assert {key: values[key] for key in wanted} == wanted, "in the chart's own names"


def test_a_spread_counts_the_gateways_own_pods() -> None:
    spread = [{"topologyKey": "topology.kubernetes.io/zone", "maxSkew": 1, "whenUnsatisfiable": "DoNotSchedule"}]
    gateway = DEMO["gateways"]["ingressgateway"] | {"topologySpreadConstraints": spread}
    settings = settings_of(changed(DEMO, "gateways", {"istio-edge": gateway}) | {"samples": {}}).gateways["istio-edge"]
    (found,) = without_none(gateway_values("istio-edge", settings))["topologySpreadConstraints"]
    labels = {"app": "istio-edge", "istio": "edge"}
    assert found["labelSelector"] == {"matchLabels": labels}, "a selector that fits no pod would spread nothing"


@pytest.mark.parametrize(
    ("protocol", "tls", "name"),
    [("HTTPS", {"mode": "PASSTHROUGH"}, "https"), ("TLS", {"mode": "PASSTHROUGH"}, "https"), ("TCP", None, "tcp-9000")],
)
def test_a_port_of_the_service_has_the_charts_name_or_one_of_its_protocol(
    protocol: str, tls: dict[str, str] | None, name: str
) -> None:
    server = {"port": 9000 if tls is None else 443, "protocol": protocol, "hosts": ["*"]} | (
        {"tls": tls} if tls else {}
    )
    names = [port["name"] for port in ports_with("servers", [server])]
    assert names == ["status-port", name], "clouds look at the name"
