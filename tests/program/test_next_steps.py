"""What a deployed mesh tells people to do next."""

import pytest

from components.gateways.endpoint import Endpoint
from components.next_steps import next_steps
from components.service_mesh import ServiceMesh
from tests.support.engine import run
from tests.support.stacks import DEMO, changed, demo_with, settings_of

REACHED: Endpoint = {
    "namespace": "istio-ingress",
    "host": "203.0.113.7",
    "ports": {"http2": 80},
    "url": "http://203.0.113.7",
}
UNKNOWN: Endpoint = {"namespace": "istio-ingress", "host": None, "ports": {"http2": 31080}, "url": None}


def test_a_gateway_without_an_address_is_told_how_to_find_it() -> None:
    steps = next_steps(settings_of(DEMO), {"ingressgateway": UNKNOWN})
    assert steps[0] == (
        "Find the address of ingressgateway: kubectl -n istio-ingress get service ingressgateway -o wide"
    ), "a URL that nobody knows cannot be asked"


def test_a_gateway_without_the_sample_is_told_to_route_something() -> None:
    steps = next_steps(demo_with("samples", {}), {"ingressgateway": REACHED})
    assert steps[0] == ("Route something to ingressgateway by a VirtualService, and ask it: curl http://203.0.113.7"), (
        "without a route every path is 404"
    )


@pytest.mark.parametrize(("injection", "told"), [("enabled", False), ("disabled", True), (None, True)])
def test_a_mesh_without_workloads_is_told_how_to_get_some(injection: str | None, told: bool) -> None:
    own = {"shop": {"injection": injection} if injection else {}}
    steps = next_steps(settings_of(changed(changed(DEMO, "samples", {}), "namespaces", own)), {})
    hint = "Take a namespace into the mesh: namespaces.NAME.injection: enabled"
    assert (hint in steps) is told, "a mesh without an injected namespace does nothing yet"


def test_a_mesh_without_gateways_deploys_and_says_what_to_do() -> None:
    document = changed(changed(DEMO, "samples", {}), "gateways", {})
    steps: list[list[str]] = []

    def program() -> None:
        mesh = ServiceMesh("mesh", settings_of(document), {})
        mesh.next_steps.apply(steps.append)

    run(program)
    assert steps == [["See what a change would do: pulumi preview"]], "an empty map of gateways is no error"
