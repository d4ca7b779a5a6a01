"""Stacks whose parts contradict one another, each with the full messages, beside one that differs little and passes."""

import json
from collections.abc import Sequence
from typing import Any, cast

import pytest

from components.resources.settings import ResourceSettings
from components.settings.parse import parse_settings
from components.settings.problems import SettingsError
from components.traffic.checks.whole import traffic_problems
from tests.support.odd_values import with_odd_values
from tests.support.stacks import settings_of
from tests.traffic.whole.stacks import BASE, Rows, rows_of, stack_of, twin_of

TABLES = (
    "collisions.yaml",
    "gateways.yaml",
    "bindings.yaml",
    "hosts.yaml",
    "destinations.yaml",
    "subsets.yaml",
    "delegation.yaml",
    "merged.yaml",
    "sidecars.yaml",
    "gateway_api.yaml",
    "peers.yaml",
    "policies.yaml",
    "identities.yaml",
    "providers.yaml",
)
ROWS: Rows = [row for table in TABLES for row in rows_of(table)]
SOURCE = "Pulumi.test.yaml"


def messages_for(stack: dict[str, Any]) -> list[str]:
    """What the author of a stack file is told about it, without the name of the file."""
    try:
        parse_settings(json.dumps(stack), SOURCE)
    except SettingsError as error:
        return [line.removeprefix(f"{SOURCE}: mesh.") for line in str(error).splitlines()]
    return []


@pytest.mark.parametrize("row", ROWS, ids=lambda row: row["name"])
def test_a_contradiction_of_a_stack_is_told_by_path_value_rule_and_fix(row: dict[str, Any]) -> None:
    assert messages_for(stack_of(row)) == row["expect"], "the message is what the user has to go on"


@pytest.mark.parametrize("row", ROWS, ids=lambda row: row["name"])
def test_a_stack_that_differs_little_from_a_refused_one_passes(row: dict[str, Any]) -> None:
    assert messages_for(twin_of(row)) == [], "a false alarm stops a deployment for nothing"


def test_every_row_has_a_name_of_its_own() -> None:
    names = [row["name"] for row in ROWS]
    assert len(names) == len(set(names)), "a repeated name hides which row failed"


ODD: tuple[Any, ...] = (None, 5, "x", [None], {"x": 5})
"""Fewer than usual: each of them is a look at a whole stack."""


def _with_specs(given: Sequence[ResourceSettings], specs: Sequence[Any]) -> tuple[ResourceSettings, ...]:
    """The objects with other specs; what is no map would be refused before."""
    maps = [cast("dict[str, Any]", one) if isinstance(one, dict) else {} for one in specs]
    return tuple(one.model_copy(update={"spec": spec}) for one, spec in zip(given, maps, strict=True))


@pytest.mark.parametrize("table", TABLES)
def test_no_odd_value_makes_a_check_fail_instead_of_refusing(table: str) -> None:
    sound = settings_of(BASE)
    for row in rows_of(table):
        given = [ResourceSettings.model_validate(one) for one in stack_of(row)["resources"]]
        for specs in with_odd_values([one.spec for one in given], ODD):
            problems = traffic_problems(sound.model_copy(update={"resources": _with_specs(given, specs)}))
            assert all(problem.path[0] == "resources" for problem in problems), "a message has to lead to an object"
