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


def test_a_gateway_of_a_named_host_is_asked_for_it() -> None:
    named = changed(DEMO, "gateways.ingressgateway.servers.0.hosts", ["shop.example.com"])
    with_sample = changed(named, "samples.bookinfo.hosts", ["shop.example.com"])
    command = "curl --connect-to ::203.0.113.7:80 http://shop.example.com"
    steps = next_steps(settings_of(changed(named, "samples", {})), {"ingressgateway": REACHED})
    assert steps[0] == f"Route something to ingressgateway by a VirtualService, and ask it: {command}", (
        "at its address alone it serves nothing"
    )
    steps = next_steps(settings_of(with_sample), {"ingressgateway": REACHED})
    assert steps[0] == f"Ask the sample through ingressgateway: {command}/productpage", "the same for a sample"


def certificate_steps(mode: str, **entry: object) -> list[str]:
    """What is said of Secrets in a stack with a server of TLS."""
    tls = {"mode": mode, "credential": "shop"}
    servers = [{"port": 443, "protocol": "HTTPS", "hosts": ["shop.example.com", "www.example.com"], "tls": tls}]
    document = changed(changed(DEMO, "samples", {}), "gateways.ingressgateway.servers", servers)
    return [one for one in next_steps(settings_of(changed(document, "tls", {"shop": entry})), {}) if "Secret" in one]


@pytest.mark.parametrize(
    ("mode", "made"),
    [
        ("SIMPLE", "tls shop-tls --cert=tls.crt --key=tls.key"),
        ("MUTUAL", "generic shop-tls --from-file=tls.crt --from-file=tls.key --from-file=ca.crt"),
    ],
)
def test_a_secret_that_somebody_else_keeps_is_asked_for_and_how_it_is_made_is_told(mode: str, made: str) -> None:
    assert certificate_steps(mode, kind="existing", secretName="shop-tls") == [
        "Unless it is there, make the Secret for TLS of shop.example.com, www.example.com: "
        "kubectl -n istio-ingress create secret " + made
    ], "a deployment goes through without it, and no visitor does"


def test_a_certificate_that_the_stack_makes_needs_no_step() -> None:
    issued = certificate_steps("SIMPLE", kind="certManager", issuer={"name": "letsencrypt"})
    assert issued == [], "cert-manager makes the Secret, and the deployment waits for it"


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
