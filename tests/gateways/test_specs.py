"""Gateway resources."""

import pytest

from components.gateways.specs import gateway_manifest, selector_label
from tests.support.stacks import DEMO, demo_with, settings_of


def test_a_gateway_in_full() -> None:
    manifest = gateway_manifest("ingressgateway", settings_of(DEMO).gateways["ingressgateway"])
    assert manifest == {
        "apiVersion": "networking.istio.io/v1",
        "kind": "Gateway",
        "metadata": {
            "name": "ingressgateway",
            "namespace": "istio-ingress",
            "labels": {"app.kubernetes.io/managed-by": "pulumi", "app.kubernetes.io/part-of": "istio-mesh"},
        },
        "spec": {
            "selector": {"istio": "ingressgateway"},
            "servers": [{"port": {"number": 80, "name": "http-80", "protocol": "HTTP"}, "hosts": ["*"]}],
        },
    }, "a route names it by namespace and name"


@pytest.mark.parametrize(
    ("release", "label"), [("ingressgateway", "ingressgateway"), ("istio-ingress", "ingress"), ("edge", "edge")]
)
def test_the_selector_is_the_label_that_the_chart_gives_to_the_pods(release: str, label: str) -> None:
    assert selector_label(release) == label, "a gateway whose selector fits no pod is silently without effect"


def test_servers_on_one_port_have_names_of_their_own() -> None:
    servers = [{"port": 80, "protocol": "HTTP", "hosts": [host]} for host in ("a.example.com", "b.example.com")]
    settings = demo_with("gateways.ingressgateway.servers", servers)
    settings = settings.gateways["ingressgateway"]
    names = [one["port"]["name"] for one in gateway_manifest("ingressgateway", settings)["spec"]["servers"]]
    assert names == ["http-80", "http-80-2"], "Istio refuses a Gateway with two servers of one port name"
