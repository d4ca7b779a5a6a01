"""What a deployed mesh tells people to do next."""

from collections.abc import Mapping

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


def authorization_steps(authorization: Mapping[str, object] | None) -> list[str]:
    """What is said of authorization in a stack with a service."""
    service: dict[str, object] = {"namespace": "bookinfo", "port": 8080}
    more: dict[str, object] = {}
    if authorization:
        more["authorization"], service["callers"] = authorization, []
    steps = next_steps(settings_of({**DEMO, "samples": {}, "services": {"cart": service}, **more}), {})
    return [one for one in steps if "uthorization" in one]


def test_who_may_call_whom_is_a_step_of_its_own() -> None:
    assert authorization_steps(None) == [
        "Say who may call whom: authorization: {stage: audit, defaultDeny: namespaces}"
    ], "everybody may call everybody until somebody says so"


def test_a_stage_that_is_only_tried_is_told() -> None:
    told = "look for what would be refused, then enforce it (docs/security.md)"
    assert authorization_steps({"stage": "audit", "defaultDeny": "services"}) == [
        f"Authorization is only tried: {told}"
    ], "nothing is refused yet, whatever the file says about callers"
    partly = {"stage": "enforce", "defaultDeny": "services", "namespaces": {"bookinfo": {"stage": "audit"}}}
    assert authorization_steps(partly) == [f"Authorization is only tried in bookinfo: {told}"], "the rest is enforced"
    assert authorization_steps({"stage": "enforce", "defaultDeny": "services"}) == [], "there is no further step"
