"""Wrong authorization, each with the full message that its author sees."""

from pathlib import Path
from typing import Any

import pytest

from tests.services.shop import shop_with
from tests.services.test_bad_inputs import messages_for
from tests.support.documents import document
from tests.support.stacks import settings_of

CASES: list[dict[str, Any]] = document(Path(__file__).with_name("bad_inputs.yaml"))


@pytest.mark.parametrize("case", CASES, ids=lambda case: case["name"])
def test_wrong_authorization_is_named_by_path_value_rule_and_fix(case: dict[str, Any]) -> None:
    expected = [f"Pulumi.test.yaml: mesh.{one}" for one in case["expect"]]
    assert messages_for(case["set"]) == expected, "the message is what the user has to go on"


def test_every_case_has_a_name_of_its_own() -> None:
    names = [case["name"] for case in CASES]
    assert len(names) == len(set(names)), "a repeated name hides which case failed"


def test_callers_by_address_are_taken_where_an_object_accepts_plain_text() -> None:
    exception = {
        "apiVersion": "security.istio.io/v1",
        "kind": "PeerAuthentication",
        "metadata": {"name": "reviews", "namespace": "shop"},
        "spec": {"selector": {"matchLabels": {"app": "reviews"}}, "mtls": {"mode": "PERMISSIVE"}},
    }
    changes: dict[str, Any] = {
        "mtls.mode": "STRICT",
        "authorization": {"stage": "audit", "defaultDeny": "services"},
        "services.reviews.callers": [{"ipBlocks": ["10.0.0.0/8"]}],
        "resources": [exception],
    }
    assert settings_of(shop_with(changes)).services["reviews"].callers, "the object counts as `mtls` does"
