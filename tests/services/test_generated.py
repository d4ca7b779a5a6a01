"""Random services: what the checks of the intent layer accept is right in Istio's own words too."""

from typing import Any

from hypothesis import Phase, assume, given, settings

from components.kinds.catalog import kind_of
from components.services.documents import Derived
from components.services.specs import derived
from components.settings.problems import Problem
from tests.services.generate import STACKS, accepted_stack
from tests.traffic.generate import problems

UNREACHED = "is never reached"
"""A rule of this project. Single matches come to this: the path '/a' of a route is part of the prefix '/a' of the next.

On a gateway whole routes do, where the exact path is the share of another service.
"""


# Without shrinking: it takes minutes for what is as long as this.
@settings(derandomize=True, max_examples=30, deadline=None, database=None, phases=[Phase.generate])
@given(STACKS)
def test_every_object_of_accepted_services_passes_the_checks_of_its_kind(mesh: dict[str, Any]) -> None:
    accepted = accepted_stack(mesh)
    assume(accepted is not None)
    assert accepted is not None
    made = list(derived(accepted))
    known = [(kind, one) for one in made if (kind := kind_of(one.manifest["apiVersion"], one.manifest["kind"]))]
    found = [(one, list(problems(kind, one.manifest))) for kind, one in known]
    wrong = [(one.manifest["spec"], told.rule) for one, said in found for told in said if UNREACHED not in told.rule]
    assert wrong == [], "the two layers of checks have to agree"
    dead = [route for one, told in found if one.origin[-1] != "exposure" for route in unreached_routes(one, told)]
    assert dead == [], "what a service says would have no effect, and nobody would be told"


def unreached_routes(made: Derived, told: list[Problem]) -> list[dict[str, Any]]:
    """The HTTP routes of an object of which no match gets a request."""
    paths = {one.path for one in told if UNREACHED in one.rule}
    places = [
        (route, [("spec", "http", index, "match", number) for number, _ in enumerate(route.get("match", ()))])
        for index, route in enumerate(made.manifest["spec"].get("http", ()))
    ]
    return [
        route
        for index, (route, matches) in enumerate(places)
        if (paths.issuperset(matches) if matches else ("spec", "http", index) in paths)
    ]
