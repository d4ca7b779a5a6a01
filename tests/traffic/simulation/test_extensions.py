"""EnvoyFilters, WasmPlugins and TrafficExtensions, which a simulation does not follow: it says where they are."""

from typing import Any

import pytest

from tests.traffic.simulation.meshes import mesh, sent
from tests.traffic.simulation.stacks import GATEWAY, answer, istio, routed, stack, to

BASKET = "basket.shop.svc.cluster.local"


def envoy_filter(namespace: str, labels: dict[str, str] | None = None, **spec: Any) -> dict[str, Any]:
    """An EnvoyFilter, for all pods without labels."""
    selector = {"workloadSelector": {"labels": labels}} if labels else {}
    made = istio("EnvoyFilter", "cut", namespace, spec={"configPatches": [], **selector, **spec})
    return {**made, "apiVersion": "networking.istio.io/v1alpha3"}


def wasm_plugin(namespace: str, **spec: Any) -> dict[str, Any]:
    """A WasmPlugin."""
    made = istio("WasmPlugin", "headers", namespace, spec={"url": "oci://example.com/headers:1", **spec})
    return {**made, "apiVersion": "extensions.istio.io/v1alpha1"}


def traffic_extension(namespace: str, **spec: Any) -> dict[str, Any]:
    """A TrafficExtension."""
    made = istio("TrafficExtension", "marks", namespace, spec={"lua": {"inlineCode": "x = 1"}, **spec})
    return {**made, "apiVersion": "extensions.istio.io/v1alpha1"}


@pytest.mark.parametrize(
    ("one", "shown"),
    [
        (envoy_filter("istio-ingress"), "EnvoyFilter istio-ingress/cut"),
        (envoy_filter("istio-system"), "EnvoyFilter istio-system/cut"),
        (envoy_filter("istio-ingress", {"istio": "ingressgateway"}), "EnvoyFilter istio-ingress/cut"),
        (
            wasm_plugin("istio-ingress", selector={"matchLabels": {"app": "ingressgateway"}}),
            "WasmPlugin istio-ingress/headers",
        ),
        (traffic_extension("istio-system"), "TrafficExtension istio-system/marks"),
    ],
)
def test_what_is_put_into_the_gateway_is_named(one: dict[str, Any], shown: str) -> None:
    found = answer("GET http://shop.example.com/", stack(routed({"route": to()}), one))
    assert found.notes[-1] == f"{shown} may change this at {GATEWAY}; what it does is not simulated"


@pytest.mark.parametrize(
    "one",
    [
        envoy_filter("elsewhere"),
        envoy_filter("istio-ingress", {"istio": "other"}),
        traffic_extension("istio-ingress", selector={"matchLabels": {"app": "other"}}),
        wasm_plugin(
            "istio-ingress", targetRefs=[{"group": "gateway.networking.k8s.io", "kind": "Gateway", "name": "x"}]
        ),
    ],
)
def test_what_is_for_other_proxies_is_not_named(one: dict[str, Any]) -> None:
    found = answer("GET http://shop.example.com/", stack(routed({"route": to()}), one))
    assert not [note for note in found.notes if "not simulated" in note], "who reads too many notes reads none"


def test_what_is_put_into_a_sidecar_is_named_at_the_caller_and_at_the_destination() -> None:
    at_destination = sent(f"http://{BASKET}:8080/", mesh(envoy_filter("shop", {"app": "basket"})))
    assert (
        at_destination.notes[-1] == f"EnvoyFilter shop/cut may change this at {BASKET}; what it does is not simulated"
    )
    everywhere = sent(f"http://{BASKET}:8080/", mesh(envoy_filter("istio-system")))
    assert [note.partition("; ")[0] for note in everywhere.notes] == [
        f"EnvoyFilter istio-system/cut may change this at {everywhere.way.proxy if everywhere.way else ''}"
    ], "each is named once, at the first proxy that has it"
