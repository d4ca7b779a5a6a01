"""The order of a deployment, which correctness depends on."""

import pytest

from components.service_mesh import ServiceMesh
from tests.program.stack_program import deployed
from tests.support.engine import Recorder, Registration, run
from tests.support.stacks import DEMO, STACKS, changed, settings_of

every_stack = pytest.mark.parametrize("stack", STACKS)

WEBHOOKS = {"mesh-gate-validator", "mesh-gate-default-validator", "mesh-gate-injector"}
BEFORE_THE_GATE = {
    "mesh-namespaces",
    "mesh-base",
    "mesh-ca",
    "mesh-network-policies",
    "mesh-roles",
    "mesh-control-plane",
    "mesh-gate",
}


def before(engine: Recorder, one: Registration) -> set[str]:
    """The names of all resources that are finished before `one` begins, however indirectly."""
    by_urn = {each.urn: each for each in engine.registrations}
    found: dict[str, str] = {}
    waiting = list(one.dependencies)
    while waiting:
        urn = waiting.pop()
        if urn in by_urn and urn not in found:
            found[urn] = by_urn[urn].name
            waiting.extend(by_urn[urn].dependencies)
    return set(found.values())


def belongs_to(one: Registration, parts: set[str]) -> bool:
    """Whether a resource is one of these parts of the mesh, or in one."""
    return any(one.name == part or one.name.startswith(f"{part}-") for part in parts)


@every_stack
def test_nothing_that_needs_the_webhooks_is_registered_without_waiting_for_the_gate(stack: str) -> None:
    engine = deployed(stack)
    later = [one for one in engine.registrations if one.custom and not belongs_to(one, BEFORE_THE_GATE | {"cluster"})]
    early = [one.name for one in later if not before(engine, one) >= WEBHOOKS]
    assert later, "a mesh has gateways and policies"
    assert not early, "pods would miss their sidecar, and invalid resources would pass"


@every_stack
@pytest.mark.parametrize(
    ("name", "earlier"),
    [
        ("mesh-base-release", "mesh-namespaces-istio-system"),
        ("mesh-control-plane-release", "mesh-base-release"),
        ("mesh-gate-validator", "mesh-control-plane-release"),
        ("mesh-gate-default-validator", "mesh-control-plane-release"),
        ("mesh-gate-injector", "mesh-control-plane-release"),
        ("mesh-gateway-ingressgateway-release", "mesh-namespaces-istio-ingress"),
    ],
)
def test_each_part_of_the_mesh_comes_after_what_it_stands_on(stack: str, name: str, earlier: str) -> None:
    engine = deployed(stack)
    assert earlier in before(engine, engine.named(name)), "Pulumi runs in parallel whatever is not ordered"


def test_the_network_policies_are_there_before_any_pod() -> None:
    engine = deployed("prod")
    policies = {one.name for one in engine.registrations if one.name.startswith("mesh-network-policies-")}
    assert policies, "production has them"
    for release in ("mesh-control-plane-release", "mesh-gateway-ingressgateway-release"):
        assert before(engine, engine.named(release)) >= policies, "a pod that starts earlier is open for that long"


def test_the_sample_comes_last() -> None:
    engine = deployed("dev")
    sample = [one for one in engine.registrations if belongs_to(one, {"mesh-bookinfo"}) and one.custom]
    wanted = {"mesh-gateway-ingressgateway-release", "mesh-gateway-ingressgateway-servers", "mesh-mtls-mesh-wide"}
    early = [one.name for one in sample if not before(engine, one) >= wanted]
    assert sample, "dev has the sample"
    assert not early, "its first request should find gateway and encryption in place"


def test_monitors_and_rules_come_after_the_operator_that_knows_them() -> None:
    engine = run(
        lambda: ServiceMesh("mesh", settings_of(changed(DEMO, "addons.prometheus", {"kind": "installed"})), {})
    )
    parts = [one for one in engine.registrations if belongs_to(one, {"mesh-monitors", "mesh-alerts"}) and one.custom]
    early = [one.name for one in parts if "mesh-addons-prometheus" not in before(engine, one)]
    assert parts, "where there is an operator there are rules"
    assert not early, "before it the cluster does not know these kinds"


def test_alertmanager_starts_with_its_configuration() -> None:
    engine = run(
        lambda: ServiceMesh("mesh", settings_of(changed(DEMO, "addons.prometheus", {"kind": "installed"})), {})
    )
    release = engine.named("mesh-addons-prometheus")
    assert "mesh-alert-routing-configuration" in before(engine, release), "without its Secret no pod of it starts"
