"""Wrong tokens, each with the full message that its author sees."""

from pathlib import Path
from typing import Any

import pytest

from tests.services.test_bad_inputs import messages_for
from tests.support.documents import document

CASES: list[dict[str, Any]] = document(Path(__file__).with_name("bad_inputs.yaml"))


@pytest.mark.parametrize("case", CASES, ids=lambda case: case["name"])
def test_a_wrong_token_is_named_by_path_value_rule_and_fix(case: dict[str, Any]) -> None:
    expected = [f"Pulumi.test.yaml: mesh.{one}" for one in case["expect"]]
    assert messages_for(case["set"]) == expected, "the message is what the user has to go on"


def test_every_case_has_a_name_of_its_own() -> None:
    names = [case["name"] for case in CASES]
    assert len(names) == len(set(names)), "a repeated name hides which case failed"
