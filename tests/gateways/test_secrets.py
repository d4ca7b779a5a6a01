"""Which gateways may read the Secrets of their namespace."""

from typing import Any

import pytest

from components.gateways.secrets import reads_secrets
from components.gateways.values import gateway_values
from tests.support.stacks import DEMO, settings_of, with_changes

HTTPS = {"port": 443, "protocol": "HTTPS", "hosts": ["a.example.com"], "tls": {"mode": "SIMPLE", "credential": "shop"}}
TLS = {"shop": {"kind": "existing", "secretName": "shop"}}
SELECTING = {"istio": "ingressgateway"}


def gateway_object(selector: dict[str, str]) -> dict[str, Any]:
    """A Gateway among the resources that shows a certificate."""
    server = {
        "port": {"number": 8443, "name": "https", "protocol": "HTTPS"},
        "hosts": ["b.example.com"],
        "tls": {"mode": "SIMPLE", "credentialName": "other"},
    }
    metadata = {"name": "other", "namespace": "istio-ingress"}
    spec = {"selector": selector, "servers": [server]}
    return {"apiVersion": "networking.istio.io/v1", "kind": "Gateway", "metadata": metadata, "spec": spec}


RULE = {
    "apiVersion": "networking.istio.io/v1",
    "kind": "DestinationRule",
    "metadata": {"name": "bank", "namespace": "istio-ingress"},
    "spec": {
        "host": "bank.example.com",
        "trafficPolicy": {"tls": {"mode": "SIMPLE", "credentialName": "bank-ca", "sni": "bank.example.com"}},
    },
}
PASSED = {"port": 443, "protocol": "TLS", "hosts": ["x.example.com"], "tls": {"mode": "PASSTHROUGH"}}
ORIGINATION = {"port": 80, "mode": "MUTUAL", "credentialName": "client"}
EXTERNAL = {
    "namespace": "bookinfo",
    "hosts": ["pay.example.com"],
    "ports": [{"port": 80, "protocol": "HTTP"}],
    "egressGateway": "ingressgateway",
    "tlsOrigination": ORIGINATION,
}


@pytest.mark.parametrize(
    ("changes", "reads", "why"),
    [
        ({}, False, "no server shows a certificate"),
        ({"gateways.ingressgateway.servers": [HTTPS], "tls": TLS}, True, "istiod gives it none without the right"),
        (
            {"gateways.ingressgateway.servers": [HTTPS], "tls": TLS, "gateways.ingressgateway.api": "gateway"},
            False,
            "for the Gateway API istiod asks for no right",
        ),
        ({"resources": [gateway_object(SELECTING)]}, True, "a Gateway among the resources shows a certificate"),
        (
            {
                "resources": [gateway_object({"istio": "elsewhere"})],
                "resources.0.metadata.annotations": {
                    "istio-mesh/accept-other-gateway": "deployed by the platform team"
                },
            },
            False,
            "its Gateway is for other pods",
        ),
        ({"resources": [RULE]}, True, "it calls the host with a CA from a Secret"),
        (
            {
                "externals.pay": EXTERNAL,
                "gateways.ingressgateway.servers": [PASSED],
                "gateways.ingressgateway.service.ports": [
                    {"name": "http", "port": 80},
                    {"name": "https", "port": 443},
                ],
            },
            True,
            "it begins TLS with a client certificate",
        ),
        ({"gateways.ingressgateway.readSecrets": True}, True, "Gateways outside of the stack file name Secrets"),
    ],
)
def test_the_right_to_secrets_follows_from_their_use(changes: dict[str, Any], reads: object, why: str) -> None:
    document = with_changes({**DEMO, "samples": {}} if "gateways.ingressgateway.api" in changes else DEMO, changes)
    assert reads_secrets(settings_of(document), "ingressgateway") is reads, why


def test_a_gateway_that_reads_no_secrets_gets_no_role() -> None:
    gateway = settings_of(DEMO).gateways["ingressgateway"]
    assert gateway_values("ingressgateway", gateway, reads_secrets=False)["rbac"] == {"enabled": False}, (
        "the chart's Role is for every Secret of the namespace"
    )
