"""Objects of any kind, made from its shape with words that matter, and cut back until the program takes them."""

from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any, cast

from hypothesis import strategies as st

from components.kinds.catalog import Kind, kinds
from components.kinds.loading import Shape, shape_of_kind
from components.kinds.node import Node
from components.kinds.resource import Resource
from components.kinds.shape import shape_problems
from components.platform.versions import minor_of
from components.settings.problems import Path as Place
from components.settings.problems import Problem
from components.traffic.checks import MEANING
from tests.support.documents import document

WORDS: dict[str, Any] = document(Path(__file__).with_name("words.yaml"))
ISTIO = "1.29.1"
"""The version that the lab has."""
KINDS = [kinds()[key] for key in MEANING if minor_of(kinds()[key].since or ISTIO) <= minor_of(ISTIO)]
"""The kinds that have checks of meaning, and that the lab's Istio has."""
_RICH = (
    "VirtualService",
    "DestinationRule",
    "ServiceEntry",
    "HTTPRoute",
    "AuthorizationPolicy",
    "RequestAuthentication",
)
RICH = [kind for kind in KINDS if kind.kind in _RICH]
"""Those with the most fields, which are made more often."""

_USUAL = 9
"""Of ten objects, how many have a field that is usual."""


@st.composite
def objects(draw: st.DrawFn, kind: Kind) -> tuple[Kind, dict[str, Any]]:
    """The kind, and an object of it that may be right or wrong."""
    spec = _Writer(draw, kind).value(shape_of_kind(kind), "spec")
    metadata = {"name": "generated", "namespace": "bookinfo"}
    return kind, {"apiVersion": kind.api_version, "kind": kind.kind, "metadata": metadata, "spec": spec}


def problems(kind: Kind, written: object) -> Iterator[Problem]:
    """What the program says about an object: its shape, and its meaning where the shape is right."""
    resource = Resource(kind, Node(written, ()))
    wrong = list(shape_problems(resource.spec, shape_of_kind(kind), ISTIO))
    yield from wrong or MEANING[kind.key](resource)


def accepted(kind: Kind, written: dict[str, Any]) -> dict[str, Any] | None:
    """The object without what the program refuses; None when nothing is left of it.

    Most of what is made at random is wrong somewhere, and what was cut back lies right beside what is refused.
    """
    while found := next(problems(kind, written), None):
        if len(found.path) < 2:  # The whole spec.
            return None
        written = without(written, found.path)
    return written


def without(written: Any, path: Place) -> Any:
    """A copy without the value at a path; where there is none, without what it would lie in."""
    key, *rest = path
    if rest and _has(written[key], rest[0]):
        return _replaced(written, key, without(written[key], tuple(rest)))
    return _removed(written, key)


def _has(written: Any, key: str | int) -> bool:
    if isinstance(written, dict):
        return key in written
    return isinstance(written, list) and isinstance(key, int) and key < len(cast("list[Any]", written))


def _replaced(written: Any, key: Any, value: Any) -> Any:
    if isinstance(written, dict):
        return {**cast("dict[str, Any]", written), key: value}
    return [value if index == key else one for index, one in enumerate(written)]


def _removed(written: Any, key: Any) -> Any:
    if isinstance(written, dict):
        return {name: one for name, one in cast("dict[str, Any]", written).items() if name != key}
    return [one for index, one in enumerate(written) if index != key]


class _Writer:
    """Draws a value for a shape."""

    def __init__(self, draw: st.DrawFn, kind: Kind) -> None:
        self._draw = draw
        self._usual: set[str] = set(WORDS["usual"][kind.kind])
        self._gateway_api = not kind.group.endswith("istio.io")

    def value(self, shape: Shape, name: str) -> Any:
        """A value that mostly has the shape; `name` is that of the field."""
        if "properties" in shape:
            return self._map(shape, shape["properties"])
        if shape.get("open") or not shape.get("type"):
            return self._open(name)
        if "additionalProperties" in shape:
            keys = self._list(WORDS["maps"].get(name, ["a", "b", ""]))
            return {key: self.value(shape["additionalProperties"], name) for key in keys}
        if "items" in shape:
            length = self._draw(st.sampled_from([1, 1, 1, 2, 2, 3, 0]))
            return [self.value(shape["items"], name) for _ in range(length)]
        words = self._candidates(shape, name)
        # The right ones come first, and too many wrong ones would leave little of an object.
        return self._draw(st.sampled_from(words[: (len(words) + 1) // 2] if self._mostly() else words))

    def _candidates(self, shape: Shape, name: str) -> list[Any]:
        if "enum" in shape:
            return [*shape["enum"], *shape["enum"]]
        if shape.get("type") == "boolean":
            return [True, False, True, False]
        if shape.get("type") in ("integer", "number"):
            return WORDS["numbers"].get(name, WORDS["numbers"][""])
        texts = WORDS["texts"]
        if form := shape.get("format"):
            return texts[f"format.{form}"]
        if "|ms)){1,4}$" in shape.get("pattern", ""):
            return texts["gateway-duration"]
        return texts.get(name, texts[""])

    def _map(self, shape: Shape, properties: Mapping[str, Shape]) -> dict[str, Any]:
        needed = set(shape.get("required", ())) | {key for key in self._usual & set(properties) if self._mostly()}
        rest = sorted(set(properties) - needed)
        chosen = needed | set(self._draw(st.lists(st.sampled_from(rest), unique=True, max_size=6)) if rest else [])
        for group in shape.get("atMostOne", ()):
            several = sorted(chosen & set(group))
            if len(several) > 1:
                chosen -= set(several) - {self._draw(st.sampled_from(several))}
        written = {key: self.value(properties[key], key) for key in sorted(chosen)}
        for key, (by, tag) in shape.get("union", {}).items():
            if written.get(by) == tag:
                written[key] = self.value(properties[key], key)
            else:
                written.pop(key, None)
        return written

    def _open(self, name: str) -> Any:
        if name == "value":
            return {"name": self._draw(st.sampled_from(["envoy.filters.http.lua", "", "a"]))}
        return self._draw(st.sampled_from([{}, {"a": 1}, {"a": [None, "b"]}]))

    def _list(self, words: list[str]) -> list[str]:
        return self._draw(st.lists(st.sampled_from(words), unique=True, max_size=2))

    def _mostly(self) -> bool:
        return self._draw(st.integers(0, 9)) < _USUAL
