"""The kinds of resources in the JSON Schema and in the reference of settings."""

from typing import Any

import pytest

from components.kinds.catalog import kinds
from operations.reference.kinds import kinds_section, schema_of
from tests.operations.reference.editor import marked, schema
from tests.support.documents import document
from tests.support.objects import OBJECTS, object_with
from tests.support.stacks import DEMO, ROOT

ROWS: list[dict[str, Any]] = document(ROOT / "tests/resources/bad_inputs.yaml")

UNSEEN = [
    "the same object twice",
    "duration without a unit",
    "duration below a millisecond",
    "negative duration",
    "no spec where it is needed",
    "two ports of one name",
    "listeners of one name",
    "filter without its type",
    "field of a newer istio",
    "word of a newer istio",
    "kind of a newer istio",
]
"""Rows about more than one value, about durations or about versions, for which JSON Schema has no words."""

EARLY = [row for row in ROWS if row["name"] not in UNSEEN]


def refusals(resource: dict[str, Any]) -> list[str]:
    """What an editor would mark in a stack file with this object."""
    return marked({"config": {"istio-mesh:mesh": DEMO | {"resources": [resource]}}})


@pytest.mark.parametrize("kind", OBJECTS)
def test_an_object_that_is_right_is_accepted(kind: str) -> None:
    assert refusals(OBJECTS[kind]) == [], "an editor must not mark what is right"


@pytest.mark.parametrize("row", EARLY, ids=lambda row: row["name"])
def test_a_mistake_in_one_object_is_marked(row: dict[str, Any]) -> None:
    assert refusals(object_with(row["object"], row["set"])), "the editor is the earliest place to learn of it"


def test_every_row_that_is_not_seen_is_one() -> None:
    assert set(UNSEEN) <= {row["name"] for row in ROWS}, "a renamed row would be taken for one that is marked"


def test_a_field_of_istio_is_completed_by_its_kind() -> None:
    service = schema()["$defs"]["networking.istio.io.VirtualService"]
    assert {"hosts", "http", "exportTo"} <= set(service["properties"]), "an editor offers what is listed here"


def test_a_value_that_may_be_null_or_either_type_is_told_so() -> None:
    assert schema_of({"type": "integer", "nullable": True}) == {"type": ["integer", "null"]}, "as in Istio's CRDs"
    assert schema_of({"intOrString": True}) == {"type": ["integer", "string"]}, "as in Kubernetes' own"


def test_every_kind_is_in_the_reference_with_the_version_that_is_deployed() -> None:
    section = kinds_section()
    missing = [
        kind for kind in kinds().values() if f"| {kind.kind} | `{kind.api_version_for('1.30.3')}` " not in section
    ]
    assert not missing, "a reader looks there for what may be pasted"


def test_a_version_that_follows_from_that_of_istio_is_told_with_it() -> None:
    row = "| TLSRoute | `gateway.networking.k8s.io/v1` from Istio 1.30 on, before `v1alpha3` | `v1alpha2` |"
    assert row in kinds_section(), "the CRDs of the cluster have to have the one that is deployed"
