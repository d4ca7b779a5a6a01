"""Wrong telemetry, each with the full message that its author sees."""

from pathlib import Path
from typing import Any

import pytest

from tests.observability.telemetry.stack import traced_with
from tests.support.documents import document
from tests.support.stacks import refusals_of, settings_of

CASES: list[dict[str, Any]] = document(Path(__file__).with_name("bad_inputs.yaml"))


def messages_for(case: dict[str, Any]) -> list[str]:
    """What is said about the stack of a case."""
    changed = traced_with(case["set"], profile=case.get("profile", "demo"))
    return refusals_of(changed)


@pytest.mark.parametrize("case", CASES, ids=lambda case: case["name"])
def test_wrong_telemetry_is_named_by_path_value_rule_and_fix(case: dict[str, Any]) -> None:
    expected = [f"Pulumi.test.yaml: mesh.{one}" for one in case["expect"]]
    assert messages_for(case) == expected, "the message is what the user has to go on"


def test_every_case_has_a_name_of_its_own() -> None:
    names = [case["name"] for case in CASES]
    assert len(names) == len(set(names)), "a repeated name hides which case failed"


@pytest.mark.parametrize("profile", ["demo", "production"])
def test_the_stack_that_the_cases_change_is_right(profile: str) -> None:
    stack = settings_of(traced_with({}, profile=profile))
    assert stack.telemetry.tracing is not None, "a case would say what it is not about"
