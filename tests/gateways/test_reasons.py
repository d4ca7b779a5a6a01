"""Why a gateway is more open than the policy pack wants."""

from typing import Any

import pytest

from components.gateways.gateway_api import gateway_api_manifest
from components.gateways.settings import GatewaySettings
from components.gateways.specs import gateway_manifest
from components.gateways.values import gateway_values
from tests.support.stacks import DEMO, changed, settings_of


def gateway(path: str, value: object) -> GatewaySettings:
    """The gateway of the small stack with one change."""
    document = changed(DEMO, f"gateways.ingressgateway.{path}", value)
    return settings_of(document).gateways["ingressgateway"]


@pytest.mark.parametrize("manifest", [gateway_manifest, gateway_api_manifest])
def test_the_reason_for_every_host_is_an_annotation_of_the_gateway(manifest: Any) -> None:
    found = manifest("ingressgateway", gateway("anyHostReason", "no name yet"), {})
    assert found["metadata"]["annotations"] == {"istio-mesh/accept-any-host": "no name yet"}, "the policy pack reads it"


def test_the_reason_for_a_public_load_balancer_is_an_annotation_of_its_service() -> None:
    service = {"annotations": {"example.com/kind": "nlb"}, "publicReason": "a shop"}
    values: Any = gateway_values("ingressgateway", gateway("service", service))
    assert values["service"]["annotations"] == {"example.com/kind": "nlb", "istio-mesh/accept-public": "a shop"}, (
        "beside what the cloud reads"
    )
