"""Objects with a mistake of shape: what else is told about them is not only a consequence of it."""

import random
from collections.abc import Iterator
from typing import Any, cast

from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st

from components.kinds.catalog import Kind
from components.kinds.certainty import is_certain
from components.kinds.loading import shape_of_kind
from components.kinds.node import Node
from components.kinds.resource import Resource
from components.kinds.shape import shape_problems
from components.settings.problems import Path
from components.traffic.checks import MEANING
from tests.traffic.generate import ISTIO, KINDS, RICH, accepted, objects


def places(value: Any, path: Path = ()) -> Iterator[Path]:
    """The path of every key below a value."""
    if isinstance(value, dict):
        for key, inner in cast("dict[str, Any]", value).items():
            yield (*path, key)
            yield from places(inner, (*path, key))
    elif isinstance(value, list):
        for index, inner in enumerate(cast("list[Any]", value)):
            yield from places(inner, (*path, index))


def spoilt(value: Any, path: Path, kind: str) -> Any:
    """A copy with a misspelt key at the path, or with a value of another type than any field has there."""
    key, *rest = path
    if isinstance(value, list):
        entries = cast("list[Any]", value)
        return [spoilt(one, tuple(rest), kind) if index == key else one for index, one in enumerate(entries)]
    fields = cast("dict[str, Any]", value)
    if rest:
        return {name: spoilt(one, tuple(rest), kind) if name == key else one for name, one in fields.items()}
    if kind == "key":
        return {f"{name}zz" if name == key else name: one for name, one in fields.items()}
    wrong = "text" if isinstance(fields[str(key)], dict | list) else ["text"]
    return {name: wrong if name == key else one for name, one in fields.items()}


# The objects are made at random in two ways, and neither is worth to be made smaller.
@settings(
    derandomize=True,
    max_examples=40,
    deadline=None,
    database=None,
    phases=[Phase.generate],
    suppress_health_check=[HealthCheck.too_slow, HealthCheck.filter_too_much],
)
@given(st.sampled_from(RICH * 2 + KINDS).flatmap(objects), st.randoms(use_true_random=False))
def test_one_mistake_of_shape_makes_no_others(made: tuple[Kind, dict[str, Any]], chance: random.Random) -> None:
    kind, written = made[0], accepted(*made)
    keys = list(places(written["spec"])) if written else []
    for place in chance.sample(keys, min(4, len(keys))):
        spec = spoilt((written or {})["spec"], place, chance.choice(["key", "value"]))
        resource = Resource(kind, Node({**(written or {}), "spec": spec}, ()))
        wrong = list(shape_problems(resource.spec, shape_of_kind(kind), ISTIO))
        told = [one for one in MEANING[kind.key](resource) if wrong and is_certain(one, wrong, resource.node)]
        assert told == [], f"{kind.kind} was right but for {place}, and its author would look for a second mistake"


def test_a_mistake_that_has_nothing_to_do_with_the_shape_is_told_beside_it() -> None:
    route = {"tymeout": "5s", "retries": {"attempts": -1}, "route": [{"destination": {"host": "a"}, "weight": -1}]}
    kind = next(one for one in KINDS if one.kind == "VirtualService")
    resource = Resource(kind, Node({"spec": {"hosts": ["a"], "http": [route]}}, ()))
    wrong = list(shape_problems(resource.spec, shape_of_kind(kind), ISTIO))
    told = [one.path for one in MEANING[kind.key](resource) if is_certain(one, wrong, resource.node)]
    http = ("spec", "http", 0)
    assert told == [(*http, "retries", "attempts"), (*http, "route", 0, "weight")], "one run tells all mistakes"
