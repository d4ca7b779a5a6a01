"""Gateway resources."""

from typing import Any

import pytest

from components.gateways.specs import gateway_manifest
from components.gateways.values import selector_label
from tests.support.stacks import DEMO, changed, demo_with, settings_of


def test_a_gateway_in_full() -> None:
    manifest = gateway_manifest("ingressgateway", settings_of(DEMO).gateways["ingressgateway"], {})
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
    names = [one["port"]["name"] for one in gateway_manifest("ingressgateway", settings, {})["spec"]["servers"]]
    assert names == ["http-80", "http-80-2"], "Istio refuses a Gateway with two servers of one port name"


def tls_of(server: dict[str, Any], **more: Any) -> dict[str, Any] | None:
    """What becomes of a server's tls."""
    shop = {"kind": "provided", "certKey": "shop-cert", "keyKey": "shop-key", "caKey": "clients"}
    own = {"port": 443, "protocol": "HTTPS", "hosts": ["shop.example.com"]}
    simple = own | {"tls": {"mode": "SIMPLE", "credential": "shop"}}
    document = changed(DEMO, "gateways.ingressgateway.servers", [own | server, simple | {"port": 8443}])
    settings = settings_of(document | {"tls": {"shop": shop}, "samples": {}} | more)
    manifest = gateway_manifest("ingressgateway", settings.gateways["ingressgateway"], {"shop": "shop-secret"})
    return manifest["spec"]["servers"][0].get("tls")


@pytest.mark.parametrize("mode", ["SIMPLE", "MUTUAL", "OPTIONAL_MUTUAL"])
def test_a_server_that_terminates_tls_names_its_secret(mode: str) -> None:
    found = tls_of({"tls": {"mode": mode, "credential": "shop"}})
    assert found == {"mode": mode, "credentialName": "shop-secret"}, "istiod hands it to Envoy over SDS"


@pytest.mark.parametrize("mode", ["PASSTHROUGH", "AUTO_PASSTHROUGH"])
def test_a_server_that_passes_tls_on_names_nothing(mode: str) -> None:
    assert tls_of({"protocol": "TLS", "tls": {"mode": mode}}) == {"mode": mode}, "the certificate is the backend's"


def test_versions_and_ciphers_are_handed_on() -> None:
    chosen = {
        "minProtocolVersion": "TLSV1_2",
        "maxProtocolVersion": "TLSV1_3",
        "cipherSuites": ["ECDHE-ECDSA-AES256-GCM-SHA384"],
    }
    found = tls_of({"tls": {"mode": "SIMPLE", "credential": "shop"} | chosen})
    assert found == {"mode": "SIMPLE", "credentialName": "shop-secret"} | chosen, "in Istio's own words"


def test_a_redirect_is_all_that_plain_http_says_about_tls() -> None:
    found = tls_of({"port": 80, "protocol": "HTTP", "tls": {"httpsRedirect": True}})
    assert found == {"httpsRedirect": True}, "Envoy answers 301"


@pytest.mark.parametrize("tls", [{}, {"tls": {"httpsRedirect": False}}], ids=["left out", "switched off"])
def test_plain_http_without_a_redirect_has_no_tls(tls: dict[str, Any]) -> None:
    assert tls_of({"port": 80, "protocol": "HTTP"} | tls) is None, "Istio refuses TLS settings on a plain port"
