"""Planted violations of every policy, each found with its full message, and each with a twin that passes."""

from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from components.security import ends
from mesh_policies.judge import RESOURCE_RULES, judge_resource
from mesh_policies.policy import catalog
from mesh_policies.resources import UNKNOWN
from mesh_policies.rules.exceptions import UNTIL
from tests.policy.stacks import resource
from tests.support.documents import document

CASES: list[dict[str, Any]] = document(Path(__file__).with_name("planted.yaml"))

JUDGED_BY_VALUES = [case for case in CASES if case["policy"] not in ("envoy-filter", "ended-exceptions")]
"""That an EnvoyFilter is one is known from the start, and so are annotations."""

every_case = pytest.mark.parametrize("case", CASES, ids=lambda case: case["name"])


def told(case: dict[str, Any], inputs: dict[str, Any]) -> list[str]:
    """What the policy of a case says about a resource with these inputs, in a stack that has to keep to it."""
    return list(judge_resource(catalog()[case["policy"]], resource(case["type"], inputs), {}))


@every_case
def test_a_planted_violation_is_found_with_its_full_message(case: dict[str, Any]) -> None:
    assert told(case, case["inputs"]) == case["expect"], "the message is what a reviewer has to go on"


@every_case
def test_its_twin_passes(case: dict[str, Any]) -> None:
    assert told(case, case["twin"]) == [], "a policy that nobody can keep to is switched off"


@every_case
def test_no_other_policy_says_the_same(case: dict[str, Any]) -> None:
    policies = [catalog()[name] for name in RESOURCE_RULES if name != case["policy"]]
    found = {text for one in policies for text in judge_resource(one, resource(case["type"], case["inputs"]), {})}
    assert not found & set(case["expect"]), "one mistake is told once"


@pytest.mark.parametrize("case", JUDGED_BY_VALUES, ids=lambda case: case["name"])
def test_what_is_not_known_yet_is_no_violation(case: dict[str, Any]) -> None:
    known = {key: value for key, value in case["inputs"].items() if key in ("metadata", "chart")}
    unknown = {"atomic": True, "version": UNKNOWN, "values": UNKNOWN, "spec": UNKNOWN}
    assert told(case, unknown | known) == [], "a first preview knows little, and must not be stopped by that"


@pytest.mark.parametrize(("day", "over"), [(0, False), (1, True)])
def test_an_exception_holds_until_the_end_of_its_last_day(day: int, *, over: bool) -> None:
    last = datetime.now(UTC).date() - timedelta(days=day)
    case = {"policy": "ended-exceptions", "type": "security.istio.io/v1:AuthorizationPolicy"}
    assert bool(told(case, {"metadata": {"annotations": {UNTIL: f"{last}"}}})) is over, "as in the program's own check"


def test_an_end_that_is_not_known_yet_is_no_violation() -> None:
    case = {"policy": "ended-exceptions", "type": "security.istio.io/v1:AuthorizationPolicy"}
    assert told(case, {"metadata": {"annotations": {UNTIL: UNKNOWN}}}) == [], "nobody can say that it is over"


def test_the_program_writes_the_end_where_the_policy_looks_for_it() -> None:
    assert ends.UNTIL == UNTIL, "the pack stands alone, and so has the name a second time"


def test_every_policy_over_resources_has_a_case() -> None:
    own_tests = {"protected-namespaces"}
    assert {case["policy"] for case in CASES} | own_tests == set(RESOURCE_RULES), "an untested policy may never fire"


def test_the_names_of_the_cases_differ() -> None:
    names = [case["name"] for case in CASES]
    assert len(names) == len(set(names)), "a repeated name hides which case failed"
