"""Wrong services and external services, each with the full message that its author sees."""

from pathlib import Path
from typing import Any

import pytest

from tests.services.shop import SHOP, shop_with
from tests.support.documents import document
from tests.support.stacks import refusals_of, settings_of

CASES: list[dict[str, Any]] = document(Path(__file__).with_name("bad_inputs.yaml"))


def messages_for(changes: dict[str, Any]) -> list[str]:
    """What is said about the stack with a value at each of the dotted paths."""
    return refusals_of(shop_with(changes))


@pytest.mark.parametrize("case", CASES, ids=lambda case: case["name"])
def test_a_wrong_service_is_named_by_path_value_rule_and_fix(case: dict[str, Any]) -> None:
    found = messages_for(case["set"])
    expected = [f"Pulumi.test.yaml: mesh.{one}" for one in case["expect"]]
    assert found == expected, "the message is what the user has to go on"


@pytest.mark.parametrize("case", [case for case in CASES if "twin" in case], ids=lambda case: case["name"])
def test_what_comes_close_to_it_is_taken(case: dict[str, Any]) -> None:
    assert settings_of(shop_with(case["twin"])), "a rule that says no to what works takes a way from its author"


def test_every_case_has_a_name_of_its_own() -> None:
    names = [case["name"] for case in CASES]
    assert len(names) == len(set(names)), "a repeated name hides which case failed"


def test_the_stack_that_the_cases_change_is_right() -> None:
    assert set(settings_of(SHOP).services) == set(SHOP["services"]), "a case would say what it is not about"
