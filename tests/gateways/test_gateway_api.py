"""Gateways of the Gateway API."""

from components.gateways.gateway_api import gateway_api_manifest, parent_references, redirect_manifest
from tests.support.stacks import DEMO, changed, settings_of

SERVERS = [
    {"port": 80, "protocol": "HTTP", "hosts": ["a.example.com"], "tls": {"httpsRedirect": True}},
    {"port": 443, "protocol": "HTTPS", "hosts": ["a.example.com"], "tls": {"mode": "SIMPLE", "credential": "shop"}},
    {"port": 8080, "protocol": "HTTP2", "hosts": ["*"]},
]
GATEWAY = settings_of(
    changed(
        changed(DEMO | {"samples": {}}, "gateways.ingressgateway.api", "gateway"),
        "gateways.ingressgateway.servers",
        SERVERS,
    )
    | {"tls": {"shop": {"kind": "existing", "secretName": "shop"}}}
).gateways["ingressgateway"]
ALL = {"namespaces": {"from": "All"}}


def test_each_host_of_a_server_is_a_listener() -> None:
    spec = gateway_api_manifest("ingressgateway", GATEWAY, {"shop": "shop-secret"})["spec"]
    terminate = {"mode": "Terminate", "certificateRefs": [{"name": "shop-secret"}]}
    assert spec["listeners"] == [
        {"name": "http-80-0-0", "port": 80, "protocol": "HTTP", "allowedRoutes": ALL, "hostname": "a.example.com"},
        {
            "name": "https-443-1-0",
            "port": 443,
            "protocol": "HTTPS",
            "allowedRoutes": ALL,
            "hostname": "a.example.com",
            "tls": terminate,
        },
        {"name": "http2-8080-2-0", "port": 8080, "protocol": "HTTP", "allowedRoutes": ALL},
    ], "a listener has one host, and no protocol HTTP2"


def test_a_redirect_is_a_route_of_its_own_listener() -> None:
    redirect = redirect_manifest("ingressgateway", GATEWAY)
    assert redirect, "the listener would answer 404"
    assert redirect["spec"]["parentRefs"] == [{"name": "ingressgateway", "sectionName": "http-80-0-0"}], "no other"


def test_routes_are_attached_to_the_listeners_that_do_not_redirect() -> None:
    names = [one["sectionName"] for one in parent_references("ingressgateway", GATEWAY)]
    assert names == ["https-443-1-0", "http2-8080-2-0"], "a more specific route would outrank the redirect"
