"""VirtualServices that are refused, each with the full message, beside one that differs little and passes."""

import re
from typing import Any

import pytest

from components.kinds.catalog import kind_of
from components.kinds.node import Node
from components.kinds.resource import Resource
from components.traffic.checks.virtual_service import virtual_service_problems
from tests.support.odd_values import with_odd_values
from tests.traffic.checks.rows import Rows, rows_of, spec_with

BASE: dict[str, Any] = {"hosts": ["reviews"], "http": [{"route": [{"destination": {"host": "reviews"}}]}]}
ROWS: Rows = rows_of("virtual_service.yaml") + rows_of("http_routes.yaml")
SOURCE = "Pulumi.test.yaml"
PREFIX = f"{SOURCE}: mesh.resources[0]."
CODE = re.compile(r" \[MESH-[0-9]{3}\]$")


def virtual_service(spec: object, namespace: str = "default") -> Resource:
    """A VirtualService of the stack file."""
    kind = kind_of("networking.istio.io/v1", "VirtualService")
    assert kind, "the catalogue has to know VirtualService"
    return Resource(kind, Node({"metadata": {"namespace": namespace}, "spec": spec}, ("resources", 0)))


def messages_for(spec: object) -> list[str]:
    """What is said about a VirtualService, without the stack file and the code."""
    lines = [problem.line(SOURCE) for problem in virtual_service_problems(virtual_service(spec))]
    return [CODE.sub("", line).removeprefix(PREFIX) for line in lines]


@pytest.mark.parametrize("row", ROWS, ids=lambda row: row["name"])
def test_a_refused_virtual_service_is_told_by_path_value_rule_and_fix(row: dict[str, Any]) -> None:
    assert messages_for(spec_with(BASE, row["set"])) == row["expect"], "the message is what the user has to go on"


@pytest.mark.parametrize("row", ROWS, ids=lambda row: row["name"])
def test_what_differs_little_from_a_refused_virtual_service_passes(row: dict[str, Any]) -> None:
    assert messages_for(spec_with(BASE, row["twin"])) == [], "a false alarm stops a deployment for nothing"


def test_every_row_has_a_name_of_its_own() -> None:
    names = [row["name"] for row in ROWS]
    assert len(names) == len(set(names)), "a repeated name hides which row failed"


@pytest.mark.parametrize("row", ROWS, ids=lambda row: row["name"])
def test_no_odd_value_makes_a_check_fail_instead_of_refusing(row: dict[str, Any]) -> None:
    for spec in with_odd_values(spec_with(BASE, row["set"])):
        messages = messages_for(spec)
        assert all(line.startswith("spec") for line in messages), "a message has to lead to a place of the spec"
