"""Under which address a gateway is reached."""

from typing import Any

import pytest

from components.gateways.endpoint import Endpoint, gateway_endpoint
from tests.support.stacks import demo_with


def opened(name: str | None, number: float, node_port: float | None = None) -> dict[str, Any]:
    """A port of a Service, as the cluster reports it through Pulumi."""
    fields = {"name": name, "port": number, "nodePort": node_port}
    return {key: value for key, value in fields.items() if value is not None}


PORTS = [opened("status-port", 15021.0, 31521.0), opened("http2", 80.0, 31080.0)]


def endpoint(
    service: dict[str, Any], *ingress: dict[str, str], servers: list[dict[str, Any]] | None = None, ports: Any = PORTS
) -> Endpoint:
    """The endpoint of a gateway with these settings, ports and addresses."""
    own: dict[str, Any] = {"namespace": "istio-ingress", "service": service}
    own["servers"] = servers or [{"port": 80, "protocol": "HTTP", "hosts": ["*"]}]
    document = demo_with("gateways.ingressgateway", own)
    spec, status = {"ports": ports}, {"loadBalancer": {"ingress": [*ingress]}}
    return gateway_endpoint("ingressgateway", document.gateways["ingressgateway"], spec, status)


@pytest.mark.parametrize(
    ("ingress", "host", "url"),
    [
        ({"ip": "203.0.113.7"}, "203.0.113.7", "http://203.0.113.7"),
        ({"hostname": "lb.example.com"}, "lb.example.com", "http://lb.example.com"),
        ({"ip": "203.0.113.7", "hostname": "lb.example.com"}, "lb.example.com", "http://lb.example.com"),
        ({"ip": "2001:db8::7"}, "2001:db8::7", "http://[2001:db8::7]"),
    ],
)
def test_a_load_balancer_is_reached_at_its_address(ingress: dict[str, str], host: str, url: str) -> None:
    expected = {"namespace": "istio-ingress", "host": host, "ports": {"http2": 80}, "url": url}
    assert endpoint({"type": "LoadBalancer"}, ingress) == expected, "some clouds give a name, others an address"


def test_a_load_balancer_without_an_address_yet_has_no_url() -> None:
    expected = {"namespace": "istio-ingress", "host": None, "ports": {"http2": 80}, "url": None}
    assert endpoint({"type": "LoadBalancer"}) == expected, "a made-up address would only mislead"


def test_a_node_port_is_reached_at_the_node_that_the_stack_names() -> None:
    expected = {
        "namespace": "istio-ingress",
        "host": "192.0.2.10",
        "ports": {"http2": 31080},
        "url": "http://192.0.2.10:31080",
    }
    assert endpoint({"type": "NodePort", "nodeAddress": "192.0.2.10"}) == expected, (
        "the node port is what is open there"
    )


def test_a_node_port_without_a_node_address_tells_its_ports_only() -> None:
    expected = {"namespace": "istio-ingress", "host": None, "ports": {"http2": 31080}, "url": None}
    assert endpoint({"type": "NodePort"}) == expected, "a Service does not know which of its nodes users reach"


def test_a_cluster_ip_is_reached_by_its_name_within_the_cluster() -> None:
    expected = {
        "namespace": "istio-ingress",
        "host": "ingressgateway.istio-ingress.svc",
        "ports": {"http2": 80},
        "url": "http://ingressgateway.istio-ingress.svc",
    }
    assert endpoint({"type": "ClusterIP"}) == expected, "the name works from every namespace"


def test_the_url_leads_to_the_first_server_through_the_port_of_the_service() -> None:
    service = {"type": "LoadBalancer", "ports": [{"name": "web", "port": 8000, "targetPort": 8080}]}
    servers = [{"port": 8080, "protocol": "HTTP", "hosts": ["*"]}]
    found = endpoint(service, {"ip": "203.0.113.7"}, servers=servers, ports=[opened("web", 8000)])
    assert found["url"] == "http://203.0.113.7:8000", "users see the port of the Service, not that of the pods"


def test_a_service_without_reported_ports_has_no_url() -> None:
    found = endpoint({"type": "LoadBalancer"}, {"ip": "203.0.113.7"}, ports=None)
    assert (found["ports"], found["url"]) == ({}, None), "nothing is known to be open"


@pytest.mark.parametrize(
    ("protocol", "port", "url"),
    [
        ("HTTPS", 443, "https://203.0.113.7"),
        ("HTTPS", 8443, "https://203.0.113.7:8443"),
        ("TLS", 443, None),
    ],
)
def test_the_url_of_a_server_with_tls_says_so(protocol: str, port: int, url: str | None) -> None:
    servers = [{"port": port, "protocol": protocol, "hosts": ["*"], "tls": {"mode": "PASSTHROUGH"}}]
    found = endpoint({"type": "LoadBalancer"}, {"ip": "203.0.113.7"}, servers=servers, ports=[opened("a", port)])
    assert found["url"] == url, "what is no HTTP has no URL"
