"""PeerAuthentications, RequestAuthentications and AuthorizationPolicies that are refused, with the full message."""

import re
from pathlib import Path
from typing import Any

import pytest

from components.kinds.catalog import kind_of
from components.kinds.loading import shape_of_kind
from components.kinds.node import Node
from components.kinds.resource import Resource
from components.kinds.shape import shape_problems
from components.security.checks.annotations import annotation_problems
from components.settings.problems import Problem
from components.traffic.checks import MEANING
from tests.security.checks.rows import spec_with
from tests.support.documents import document
from tests.support.odd_values import with_odd_values

KINDS = ("peer_authentication", "request_authentication", "authorization_policy")
TABLES: dict[str, dict[str, Any]] = {name: document(Path(__file__).with_name(f"{name}.yaml")) for name in KINDS}
ROWS = [pytest.param(name, row, id=f"{name}: {row['name']}") for name in KINDS for row in TABLES[name]["rows"]]
CODE = re.compile(r" \[MESH-[0-9]{3}\]$")
PRIVATE_KEYS = ("a private RSA key", "a private key's prime", "a shared key")


def resource_of(value: dict[str, Any]) -> Resource:
    """An object of the stack file."""
    kind = kind_of(value["apiVersion"], value["kind"])
    assert kind, "the catalogue has to know what is checked"
    return Resource(kind, Node(value, ("resources", 0)))


def problems_of(value: dict[str, Any]) -> list[Problem]:
    """What is said about an object whose shape is right."""
    resource = resource_of(value)
    return [*annotation_problems(resource), *MEANING[resource.kind.key](resource)]


def messages_for(value: dict[str, Any]) -> list[str]:
    """The same without the stack file and the code."""
    lines = [problem.line("Pulumi.test.yaml") for problem in problems_of(value)]
    return [CODE.sub("", line).removeprefix("Pulumi.test.yaml: mesh.resources[0].") for line in lines]


def shape_messages_for(value: dict[str, Any]) -> list[str]:
    """What the shape of its kind says about an object."""
    resource = resource_of(value)
    return [one.line("Pulumi.test.yaml") for one in shape_problems(resource.spec, shape_of_kind(resource.kind))]


@pytest.mark.parametrize("name", KINDS)
def test_what_the_rows_change_passes_as_it_is(name: str) -> None:
    base = TABLES[name]["base"]
    assert [*shape_messages_for(base), *messages_for(base)] == [], "a false alarm stops a deployment for nothing"


@pytest.mark.parametrize(("name", "row"), ROWS)
def test_a_refused_object_is_told_by_path_value_rule_and_fix(name: str, row: dict[str, Any]) -> None:
    changed = spec_with(TABLES[name]["base"], row["set"])
    assert messages_for(changed) == row["expect"], "the message is what the user has to go on"


@pytest.mark.parametrize(("name", "row"), ROWS)
def test_an_object_that_differs_little_from_a_refused_one_passes(name: str, row: dict[str, Any]) -> None:
    changed = spec_with(TABLES[name]["base"], row["twin"])
    assert [*shape_messages_for(changed), *messages_for(changed)] == [], "the rule must not catch more than it says"


@pytest.mark.parametrize(("name", "row"), ROWS)
def test_a_check_of_meaning_says_what_the_shape_does_not_see(name: str, row: dict[str, Any]) -> None:
    changed = spec_with(TABLES[name]["base"], row["set"])
    assert shape_messages_for(changed) == [], "meaning is checked where the shape is right, so this would never be told"


@pytest.mark.parametrize("name", KINDS)
def test_every_row_has_a_name_of_its_own(name: str) -> None:
    names = [row["name"] for row in TABLES[name]["rows"]]
    assert len(names) == len(set(names)), "a repeated name hides which row failed"


@pytest.mark.parametrize("name", PRIVATE_KEYS)
def test_a_private_key_is_told_as_a_secret_in_clear_and_not_shown(name: str) -> None:
    table = TABLES["request_authentication"]
    row = next(one for one in table["rows"] if one["name"] == name)
    lines = [problem.line("Pulumi.test.yaml") for problem in problems_of(spec_with(table["base"], row["set"]))]
    assert [line[-10:] for line in lines] == ["[MESH-006]"], "its remedy is another one: the key is burnt"
    assert re.search("AQAB|AyM1", lines[0]) is None, "a message ends up in logs"


@pytest.mark.parametrize("name", KINDS)
def test_no_odd_value_makes_a_check_fail_instead_of_refusing(name: str) -> None:
    base = TABLES[name]["base"]
    for spec in with_odd_values(base["spec"]):
        messages = messages_for({**base, "spec": spec})
        assert all(line.startswith("spec") or "metadata.annotations" in line for line in messages), "a place is named"
