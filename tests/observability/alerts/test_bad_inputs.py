"""Wrong alerts and receivers, each with the full message that its author sees."""

from pathlib import Path
from typing import Any

import pytest

from tests.observability.alerts.stack import STACK, stack_with
from tests.support.documents import document
from tests.support.stacks import refusals_of, settings_of

CASES: list[dict[str, Any]] = document(Path(__file__).with_name("bad_inputs.yaml"))


def messages_for(changes: dict[str, Any]) -> list[str]:
    """What is said about the stack with a value at each of the dotted paths."""
    return refusals_of(stack_with(changes))


@pytest.mark.parametrize("case", CASES, ids=lambda case: case["name"])
def test_a_wrong_alert_is_named_by_path_value_rule_and_fix(case: dict[str, Any]) -> None:
    found = messages_for(case["set"])
    expected = [f"Pulumi.test.yaml: mesh.{one}" for one in case["expect"]]
    assert found == expected, "the message is what the user has to go on"


def test_every_case_has_a_name_of_its_own() -> None:
    names = [case["name"] for case in CASES]
    assert len(names) == len(set(names)), "a repeated name hides which case failed"


def test_the_stack_that_the_cases_change_is_right() -> None:
    assert set(settings_of(STACK).alerts.receivers) == set(STACK["alerts"]["receivers"]), (
        "a case would say what it is not about"
    )
