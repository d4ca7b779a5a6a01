"""Values against shapes, as far as no row of tests/resources/bad_inputs.yaml tells it."""

import time
from typing import Any

import pytest

from components.kinds.catalog import kind_of
from components.kinds.loading import Shape, shape_of_kind
from components.kinds.node import Node
from components.kinds.shape import shape_problems
from components.settings.codes import Code
from tests.support.objects import OBJECTS


def codes(value: Any, shape: Shape) -> list[Code | None]:
    """The codes of what is wrong."""
    return [one.code for one in shape_problems(Node(value, ("spec",)), shape)]


@pytest.mark.parametrize(("value", "expected"), [(8080, []), ("http", []), (True, [Code.WRONG_TYPE])])
def test_a_number_or_text_may_be_either(value: object, expected: list[Code]) -> None:
    assert codes(value, {"intOrString": True}) == expected, "Kubernetes takes both, and nothing else"


def test_a_map_that_is_open_holds_anything() -> None:
    assert codes({"typed_config": {"@type": 1}}, {"type": "object", "open": True}) == [], "Envoy has words of its own"


@pytest.mark.parametrize("value", ["1h", "1h30m", "1.5s", "500ms", "1ms", "0.001s"])
def test_a_duration_is_what_go_reads(value: str) -> None:
    assert codes(value, {"type": "string", "format": "duration"}) == [], "Istio's own documentation writes it so"


@pytest.mark.parametrize("value", ["", "10", "ten", "1s 1m", "1d", "s", "1..5s"])
def test_anything_else_is_no_duration(value: str) -> None:
    assert codes(value, {"type": "string", "format": "duration"}) == [Code.WRONG_FORM], "istiod would refuse it"


def test_the_range_of_a_number_is_that_of_its_format() -> None:
    shape: Shape = {"type": "integer", "format": "int32"}
    assert codes(2**31 - 1, shape) == [], "the largest one"
    assert codes(2**31, shape) == [Code.OUT_OF_RANGE], "protobuf has no place for it"


def test_nothing_is_a_value_only_where_the_shape_says_so() -> None:
    assert codes(None, {"type": "integer", "nullable": True}) == [], "Istio's CRDs take null for wrapped numbers"
    assert codes(None, {"type": "integer"}) == [Code.WRONG_TYPE], "a key without a value is mostly a mistake"


def test_a_thousand_objects_are_checked_within_seconds() -> None:
    document = OBJECTS["VirtualService"]
    kind = kind_of(document["apiVersion"], document["kind"])
    assert kind, "a kind of the catalogue"
    shape = shape_of_kind(kind)
    begun = time.process_time()
    for index in range(1000):
        assert not list(shape_problems(Node(document["spec"], ("resources", index, "spec")), shape, "1.30.3")), "right"
    assert time.process_time() - begun < 2, "a large mesh has thousands, and every preview looks at all"
