"""Checks of the routes that Istio makes of a VirtualService and those to which it delegates.

Source: mergeHTTPRoutes, mergeHTTPMatchRequests, hasConflict and stringMatchConflict in Istio's
pilot/pkg/model/virtualservice.go.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import cast

from components.kinds.node import Node
from components.settings.problems import Path, Problem
from components.settings.wording import shown
from components.traffic.checks.coverage import covers
from components.traffic.model import TrafficModel
from components.traffic.part import Part

_TEXTS = ("uri", "scheme", "method", "authority")
_MAPS = ("headers", "withoutHeaders", "queryParams")
_LABELS = "sourceLabels"

Parts = Mapping[tuple[str, str], Part]


@dataclass(frozen=True)
class _Merged:
    """A match as proxies get it."""

    part: Part
    node: Node
    """Where it is written; the route where a route has no match."""
    match: Node


def delegated_problems(model: TrafficModel) -> Iterator[Problem]:
    """Routes of delegates that Istio drops, and routes that are never reached once all are put together.

    What several VirtualServices delegate to has to be of use for one of them only.
    """
    objects: Parts = {(one.namespace, one.name): one for one in model.istio("VirtualService")}
    found: dict[Path, Problem] = {}
    useful: set[Path] = set()
    for root in objects.values():
        if any(route.has("delegate") for route in root.spec.at("http")):
            for path, problem in _root_problems(root, objects):
                if problem is None:
                    useful.add(path)
                else:
                    found.setdefault(path, problem)
    yield from (problem for path, problem in found.items() if path not in useful)


def _root_problems(root: Part, objects: Parts) -> Iterator[tuple[Path, Problem | None]]:
    """The place of every match, with what is wrong there; None for one that gets requests."""
    taken: list[_Merged] = []
    for route in root.spec.at("http"):
        delegate = objects.get(_key(root, route.at("delegate")))
        if not route.has("delegate"):
            merged = [_Merged(root, one, one) for one in route.at("match").items or [Node(None, route.path)]]
            yield from _shadows(merged, taken)
        elif delegate is not None and not delegate.spec.at("hosts").items:
            for own in delegate.spec.at("http"):
                merged = [_Merged(delegate, *one) for one in _merge(route, own)]
                if delegate.judged:
                    yield own.path, None if merged else _dropped(own, root, delegate)
                yield from _shadows(merged, taken)


def _key(root: Part, delegate: Node) -> tuple[str, str]:
    return delegate.at("namespace").text or root.namespace, delegate.at("name").text or ""


def _shadows(merged: list[_Merged], taken: list[_Merged]) -> Iterator[tuple[Path, Problem | None]]:
    """Whether a match comes after one of another object that takes all of its requests.

    Those of one object are compared where it is checked by itself.
    """
    for one in merged if merged and merged[0].part.judged else ():
        others = [other for other in taken if other.part is not one.part]
        earlier = next((other for other in others if covers(other.match, one.match)), None)
        yield (*one.node.path, "match"), None if earlier is None else _shadowed(one, earlier)
    taken += merged


def _shadowed(one: _Merged, earlier: _Merged) -> Problem:
    return one.part.problem(
        one.node,
        f"is never reached: {earlier.part.title} takes all of its requests before, where the two are merged "
        "(a rule of this project)",
        "Delegate this route before the other one, or remove it",
    )


def _dropped(route: Node, root: Part, delegate: Part) -> Problem:
    name = route.at("name").text
    return delegate.problem(
        route.at("match"),
        f"{f'the route {shown(name)}' if name else 'the route'} has a match that is no part of what {root.title} "
        "delegates here, so that Istio drops the route",
        "Match part of what is delegated, in the same way: a longer prefix, or further conditions",
    )


def _merge(root: Node, route: Node) -> Iterator[tuple[Node, Node]]:
    """The matches of a delegate's route within those that its root delegates; none when one of them is no part."""
    outer, inner = root.at("match").items, route.at("match").items
    if not outer or not inner:
        yield from [(one, one) for one in inner] or [(route, one) for one in outer] or [(route, Node(None, route.path))]
        return
    found = [[Node(_both(one, own), own.path) for one in outer if not _conflict(one, own)] for own in inner]
    if all(found):
        yield from ((own, one) for own, merged in zip(inner, found, strict=True) for one in merged)


def _both(outer: Node, inner: Node) -> dict[str, object]:
    first, second = _fields(outer), _fields(inner)
    maps = {key: _fields(outer.at(key)) | _fields(inner.at(key)) for key in (*_MAPS, _LABELS)}
    return first | second | {key: value for key, value in maps.items() if value}


def _fields(node: Node) -> dict[str, object]:
    return dict(cast("Mapping[str, object]", node.value)) if node.keys else {}


def _conflict(outer: Node, inner: Node) -> bool:
    """Whether a match of a delegate is no part of one of its root, as far as Istio looks."""
    texts = [(outer.at(key), inner.at(key)) for key in _TEXTS]
    texts += [(outer.at(field, name), one) for field in _MAPS for name, one in inner.at(field).entries]
    namespace, port = outer.at("sourceNamespace").text, outer.at("port").whole
    labels = outer.at(_LABELS)
    gateways, own_gateways = set(outer.at("gateways").texts), set(inner.at("gateways").texts)
    return (
        any(_text_conflict(one, own) for one, own in texts)
        or bool(outer.at("ignoreUriCase").flag) != bool(inner.at("ignoreUriCase").flag)
        or bool(port and inner.at("port").whole and port != inner.at("port").whole)
        or bool(namespace and namespace != inner.at("sourceNamespace").text)
        or any(labels.has(name) and labels.at(name).text != one.text for name, one in inner.at(_LABELS).entries)
        or bool(gateways and own_gateways - gateways)
    )


def _text_conflict(outer: Node, inner: Node) -> bool:
    """Whether a StringMatch is no part of another; an expression is no part of anything, not even of itself."""
    if not outer.given or not inner.given:
        return False
    exact, prefix = inner.at("exact").text, inner.at("prefix").text
    if outer.at("regex").text or inner.at("regex").text:
        return True
    if outer.at("exact").text:
        return bool(prefix) or exact != outer.at("exact").text
    if outer.at("prefix").text:
        return not (prefix or exact or "").startswith(outer.at("prefix").text or "")
    return True
