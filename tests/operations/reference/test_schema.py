"""The JSON Schema of a stack file."""

import json
from pathlib import Path
from typing import Any, cast

import pytest
import yaml
from jsonschema import Draft7Validator

from operations.reference.documents import SCHEMA
from tests.operations.reference.editor import marked, schema
from tests.support.documents import document
from tests.support.stacks import DEMO, PRODUCTION, ROOT, STACKS, stack_of_row

FILES = [ROOT / f"Pulumi.{stack}.yaml" for stack in STACKS] + sorted((ROOT / "examples").rglob("Pulumi.*.yaml"))

REFUSED = [
    "unquoted version",
    "floating version",
    "misspelt key in a section",
    "misspelt section",
    "unknown key that is like no other",
    "misspelt profile",
    "section that is text",
    "section that is empty",
    "list where a map belongs",
    "map where a list belongs",
    "mode in lower case",
    "number in quotes",
    "truth in quotes",
    "cpu without quotes",
    "cpu with a wrong unit",
    "memory without a unit",
    "no replicas",
    "far too many replicas",
    "gateway name in capitals",
    "gateway namespace with an underscore",
    "gateway without servers",
    "server without hosts",
    "server on a port that does not exist",
    "server with a URL as host",
    "misspelt service type",
    "node port out of range",
    "unknown word for injection",
    "label key that Kubernetes refuses",
    "label value that is a number",
    "repository without a scheme",
]
"""Rows of tests/settings/bad_inputs.yaml whose mistake is in one place, so that a schema can know."""

ROWS: dict[str, dict[str, Any]] = {row["name"]: row for row in document(ROOT / "tests/settings/bad_inputs.yaml")}


def stack(mesh: object) -> dict[str, object]:
    """A stack file with this mesh."""
    return {"config": {"istio-mesh:mesh": mesh}}


def test_it_is_a_valid_schema() -> None:
    Draft7Validator.check_schema(schema())


@pytest.mark.parametrize("path", FILES, ids=lambda path: str(path.relative_to(ROOT)))
def test_a_committed_stack_file_is_accepted(path: Path) -> None:
    # PyYAML makes dates of days; the YAML 1.2 of editors, as JSON, has text for them.
    read = json.loads(json.dumps(yaml.safe_load(path.read_text(encoding="utf-8")), default=str))
    assert marked(read) == [], "an editor must not mark what is right"


@pytest.mark.parametrize("mesh", [DEMO, PRODUCTION], ids=["demo", "production"])
def test_a_stack_without_what_its_profile_has_is_accepted(mesh: dict[str, Any]) -> None:
    assert marked(stack(mesh)) == [], "what the profile owns is not required in the stack file"


def test_other_keys_beside_the_mesh_are_free() -> None:
    document = stack(DEMO) | {"encryptionsalt": "v1:x"}
    cast("dict[str, object]", document["config"])["istio-mesh:shop-key"] = {"secure": "v1:x"}
    assert marked(document) == [], "secrets and the encryption lie there"


@pytest.mark.parametrize("name", REFUSED)
def test_a_mistake_in_one_place_is_marked(name: str) -> None:
    row = ROWS[name]
    document = stack_of_row(row)
    assert marked(stack(document)), "the editor is the earliest place to learn of it"


def test_a_file_without_a_mesh_is_marked() -> None:
    assert marked({"config": {}}) == ["'istio-mesh:mesh' is a required property"], "nothing works without"


@pytest.mark.parametrize("path", FILES[: len(STACKS)], ids=lambda path: path.name)
def test_an_editor_finds_the_schema_by_the_first_line(path: Path) -> None:
    first = path.read_text(encoding="utf-8").splitlines()[0]
    key, _, schema = first.partition("$schema=")
    assert key == "# yaml-language-server: ", "the comment that the YAML language server looks for"
    assert (path.parent / schema).resolve() == ROOT / SCHEMA, "the path is relative to the stack file"


def test_beside_a_reference_there_is_nothing_that_validates() -> None:
    beside = {key for node in _nodes(schema()) if "$ref" in node for key in node}
    assert beside <= {"$ref", "description", "examples", "default"}, "draft 7 ignores everything beside a reference"


def test_no_default_is_told_that_a_profile_decides() -> None:
    mesh = schema()["properties"]["config"]["properties"]["istio-mesh:mesh"]
    scaling = mesh["properties"]["controlPlane"]["properties"]["autoscaling"]["properties"]
    assert "default" not in json.dumps(scaling), "it differs between the profiles"


def _nodes(value: object) -> list[dict[str, Any]]:
    if isinstance(value, list):
        return [node for inner in cast("list[object]", value) for node in _nodes(inner)]
    if not isinstance(value, dict):
        return []
    node = cast("dict[str, Any]", value)
    return [node, *(found for inner in node.values() for found in _nodes(inner))]
