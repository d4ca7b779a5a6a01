"""Wrong objects of Istio and of the Gateway API, each with the full message that its author sees."""

from pathlib import Path
from typing import Any

import pytest

from tests.support.documents import document
from tests.support.objects import OBJECTS, object_with
from tests.support.stacks import DEMO, demo_with, refusals_of

CASES: list[dict[str, Any]] = document(Path(__file__).with_name("bad_inputs.yaml"))


def messages_for(resources: list[dict[str, Any]], istio: str) -> list[str]:
    """What is said about a stack with these objects."""
    document = DEMO | {"resources": resources, "istio": {"version": istio}}
    return refusals_of(document)


@pytest.mark.parametrize("case", CASES, ids=lambda case: case["name"])
def test_a_wrong_object_is_named_by_path_value_rule_and_fix(case: dict[str, Any]) -> None:
    resources = [object_with(case["object"], case["set"]), *(OBJECTS[kind] for kind in case.get("beside", ()))]
    found = messages_for(resources, case.get("istio", "1.30.3"))
    assert found == [f"Pulumi.test.yaml: mesh.resources{one}" for one in case["expect"]], "a user has only the message"


def test_every_case_has_a_name_of_its_own() -> None:
    names = [case["name"] for case in CASES]
    assert len(names) == len(set(names)), "a repeated name hides which case failed"


@pytest.mark.parametrize("kind", OBJECTS)
def test_an_object_that_is_right_is_accepted(kind: str) -> None:
    settings = demo_with("resources", [OBJECTS[kind]])
    assert settings.resources[0].kind == OBJECTS[kind]["kind"], "what documentation shows has to pass"
