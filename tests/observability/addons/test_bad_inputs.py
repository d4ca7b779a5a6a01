"""Wrong addons, each with the full message that its author sees."""

from pathlib import Path
from typing import Any

import pytest

from tests.support.documents import document
from tests.support.stacks import refusals_of, stack_of_row

CASES: list[dict[str, Any]] = document(Path(__file__).with_name("bad_inputs.yaml"))


@pytest.mark.parametrize("case", CASES, ids=lambda case: case["name"])
def test_a_wrong_addon_is_named_by_path_value_rule_and_fix(case: dict[str, Any]) -> None:
    expected = [f"Pulumi.test.yaml: mesh.{one}" for one in case["expect"]]
    assert refusals_of(stack_of_row(case)) == expected, "the message is what the user has to go on"


def test_every_case_has_a_name_of_its_own() -> None:
    names = [case["name"] for case in CASES]
    assert len(names) == len(set(names)), "a repeated name hides which case failed"


def test_no_message_shows_a_password() -> None:
    told = [line for case in CASES for line in case["expect"]]
    assert not [line for line in told if "hunter2" in line], "messages land in logs"
