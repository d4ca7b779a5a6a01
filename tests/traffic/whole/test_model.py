"""The traffic model: what is in it, and what is left unsaid while something else is refused."""

import time
from typing import Any

from components.settings.garbage import collection_paused
from components.traffic.assembly import traffic_model
from components.traffic.checks.whole import WHOLE
from components.traffic.model import TrafficModel
from tests.support.stacks import DEMO, refusals_of, settings_of
from tests.traffic.whole.stacks import BASE, stack_of

RULE: dict[str, Any] = {"DestinationRule": "shop/web", "spec": {"host": "web", "subsets": [{"name": "v1"}]}}
ROUTE: dict[str, Any] = {
    "VirtualService": "shop/web",
    "spec": {"hosts": ["web"], "http": [{"route": [{"destination": {"host": "web", "subset": "v1"}}]}]},
}


def lines_for(stack: dict[str, Any]) -> list[str]:
    """What is said about a stack that is refused."""
    return refusals_of(stack)


def service(number: int) -> dict[str, Any]:
    """A service with a route within the mesh, two versions, an exposure and calls: four objects."""
    return {
        "namespace": "shop",
        "port": 80,
        "versions": {"v1": {}, "v2": {}},
        "weights": {"v1": 90, "v2": 10},
        "calls": [f"s{number + 1}"] if number % 2 == 0 else [],
        "exposure": [{"gateway": "ingressgateway", "hosts": [f"s{number}.example.com"]}],
    }


def large(count: int) -> TrafficModel:
    """The model of a stack with so many services."""
    return traffic_model(settings_of(BASE | {"services": {f"s{number}": service(number) for number in range(count)}}))


def test_a_model_has_what_services_gateways_and_samples_make() -> None:
    services = {"web": {"namespace": "bookinfo", "port": 80, "timeout": "2s"}}
    model = traffic_model(settings_of(DEMO | {"services": services}))
    found = {(part.kind, part.name, part.origin) for part in model.parts if part.kind != "Service"}
    assert found == {
        ("VirtualService", "web", ("services", "web")),
        ("Gateway", "ingressgateway", ("gateways", "ingressgateway")),
        ("PeerAuthentication", "default", ("mtls",)),
        ("VirtualService", "bookinfo", ("samples", "bookinfo")),
        ("DestinationRule", "bookinfo-reviews", ("samples", "bookinfo")),
    }, "what is not in the model is not checked"


def test_objects_of_mesh_resources_are_in_the_model_with_their_paths() -> None:
    model = traffic_model(settings_of(stack_of({"objects": [RULE, ROUTE]})))
    given = [(part.kind, part.resource.node.path) for part in model.parts if part.given]
    expected = [("DestinationRule", ("resources", 0)), ("VirtualService", ("resources", 1))]
    assert given == expected, "a message has to lead to the object"


def test_an_object_that_is_refused_is_not_missed_by_others() -> None:
    rule = {**RULE, "spec": {"hots": "web", "subsets": [{"name": "v1"}]}}
    lines = lines_for(stack_of({"objects": [rule, ROUTE]}))
    assert all("mesh.resources[0]" in line for line in lines), f"the route is right but for the rule: {lines}"


def test_an_object_whose_metadata_is_refused_is_not_missed_by_others() -> None:
    rule = {**RULE, "DestinationRule": "shop/WEB"}
    lines = lines_for(stack_of({"objects": [rule, ROUTE]}))
    assert all("mesh.resources[0]" in line for line in lines), f"the route is right but for the rule: {lines}"


def test_a_service_that_is_refused_hides_no_contradiction_of_objects() -> None:
    stack = stack_of({"objects": [ROUTE, {**ROUTE, "VirtualService": "shop/more"}]})
    lines = lines_for(stack | {"services": {"pay": {"namespace": "shop", "port": 80, "calls": ["nobody"]}}})
    assert len(lines) == 2, f"one line for the service and one for the two routes: {lines}"
    assert "(IST0109)" in lines[1], "all mistakes are told in one run"


def test_a_model_of_a_thousand_services_is_checked_in_linear_time() -> None:
    seconds: dict[int, float] = {}
    for count in (100, 1000):
        model = large(count)
        with collection_paused():  # As the program has it; the collector would search what all tests hold.
            begin = time.process_time()
            assert [problem for check in WHOLE for problem in check(model)] == [], "the services are right"
            seconds[count] = time.process_time() - begin
    assert seconds[1000] < 30 * seconds[100] + 0.1, f"ten times the services took {seconds}"
