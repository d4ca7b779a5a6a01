"""The mesh with many services that is measured."""

import json

from bench.many import ROUTED, by_gateway_api, calling, custom_resources, described, plain_objects
from components.services.specs import derived
from components.settings.mesh import MeshSettings
from components.settings.parse import parse_settings
from tests.support.stacks import DEMO


def settings(count: int, newer: int = 0) -> MeshSettings:
    """The settings of a demo mesh with so many services."""
    return parse_settings(json.dumps(described(DEMO, count, newer)), "Pulumi.test.yaml")


def test_a_service_comes_to_two_resources_of_which_one_routes() -> None:
    made = [one.manifest["kind"] for one in derived(settings(3)) if ROUTED not in one.origin]
    assert sorted(made) == ["DestinationRule"] * 3 + ["VirtualService"] * 3, "a plain program registers as many"


def test_the_weights_of_the_routed_service_are_what_changes() -> None:
    before, after = (settings(1, newer).services for newer in (0, 100))
    changed = [name for name in before if before[name] != after[name]]
    assert changed == [ROUTED], "a change of more would take longer than a change of weights"
    assert after[ROUTED].weights == {"v1": 0, "v2": 100}, "then every answer tells that Envoy has it"


def test_services_that_call_each_have_a_host_and_three_others_to_call() -> None:
    found = parse_settings(json.dumps(calling(DEMO, 5)), "Pulumi.test.yaml").services
    told = {(len(one.calls or ()), len(one.exposure)) for name, one in found.items() if name != ROUTED}
    assert told == {(3, 1)}, "calls and exposures are what is compared with one another"


def test_services_of_the_gateway_api_route_by_http_routes_alone() -> None:
    found = parse_settings(json.dumps(by_gateway_api(DEMO, 3)), "Pulumi.test.yaml")
    kinds = {one.manifest["kind"] for one in derived(found)}
    assert (kinds & {"HTTPRoute", "VirtualService"}) == {"HTTPRoute"}, "they have checks of their own"


def test_the_plain_program_has_the_resources_of_the_services_beside_as_many_as_the_mesh() -> None:
    found = [(one["kind"], one["metadata"]["name"]) for one in plain_objects(1, 2)]
    before = [("DestinationRule", "base-0"), ("DestinationRule", "base-1")]
    services = [("DestinationRule", "service-0"), ("VirtualService", "service-0")]
    assert found == [*before, *services], "both have as many to look at, and as many to add"


def test_what_a_deployed_stack_has_is_counted_without_components_stacks_and_providers() -> None:
    kept = {
        "pulumi:pulumi:Stack": False,
        "pulumi:providers:kubernetes": True,
        "istiomesh:index:MeshBase": False,
        "kubernetes:helm.sh/v3:Release": True,
        "kubernetes:core/v1:Namespace": True,
    }
    state = {"deployment": {"resources": [{"type": one, "custom": custom} for one, custom in kept.items()]}}
    assert custom_resources(state) == 2, "the others are no objects in the cluster"


def test_a_stack_that_was_never_deployed_has_no_resources() -> None:
    assert custom_resources({"deployment": {}}) == 0, "its state has no list of them"
