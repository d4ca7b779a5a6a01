"""Checks of hosts that several VirtualServices route on one gateway, where Istio merges them in the order of their age.

That they are refused is a rule of this project: two objects of one deployment are made at the same time. Istio moves
a route that takes everything to the end (SortVHostRoutes in pilot/pkg/networking/core/route/route.go), so that one of
these is no harm to the routes of the others; source of the merging: istio.io/latest/docs/ops/best-practices/
traffic-management, "Split large virtual services and destination rules into multiple resources".
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import cast

from components.kinds.node import Node
from components.settings.problems import Problem
from components.settings.wording import shown
from components.traffic.checks.coverage import condition_of, covers
from components.traffic.model import TrafficModel
from components.traffic.part import Part
from components.traffic.routes import bound_gateways, hosts

Key = tuple[str, str]
"""Namespace and name of a Gateway."""


@dataclass(frozen=True)
class _Match:
    """One match of a VirtualService, as far as it is for a gateway."""

    part: Part
    node: Node
    """The match, or the route when it has none."""
    conditions: Node
    """The match without the gateways that it names."""


def gateway_host_problems(model: TrafficModel) -> Iterator[Problem]:
    """Two VirtualServices for one host of one gateway that both want the same requests."""
    owners: dict[tuple[Key, str], list[Part]] = {}
    for part in sorted(model.istio("VirtualService"), key=lambda one: one.given):
        named = list(dict.fromkeys(host for _, host in hosts(part)))
        for key in dict.fromkeys(key for _, key in bound_gateways(part)):
            for host in named:
                owners.setdefault((key, host), []).append(part)
    told: set[frozenset[int]] = set()
    for (key, host), parts in owners.items():
        for match, other in _contested(key, parts) if len(parts) > 1 else ():
            pair = frozenset((id(match.part), id(other.part)))
            if pair not in told and match.part.judged:
                told.add(pair)
                yield _problem(match, other, key, host)


def _contested(key: Key, parts: list[Part]) -> Iterator[tuple[_Match, _Match]]:
    """A match and one of another object that takes all of its requests; each is compared with shorter paths only."""
    near: dict[str, list[_Match]] = {}
    matches = [match for part in parts for match in _matches(part, key)]
    for match in matches:
        near.setdefault(_stem(match.conditions), []).append(match)
    for match in matches:
        for other in _candidates(near, match):
            if not match.part.twin_of(other.part) and _takes_from(other, match):
                # The user's own object is the one to change.
                yield (match, other) if match.part.given else (other, match)
                break


def _matches(part: Part, key: Key) -> Iterator[_Match]:
    """The matches that count on a gateway; a route that delegates leaves it to its delegate what it takes."""
    for route in part.spec.at("http"):
        if route.has("delegate"):
            continue
        for node in route.at("match").items or [Node(None, route.path)]:
            if _is_for(part, node, key):
                yield _Match(part, node, Node(_without_gateways(node.value), node.path))


def _is_for(part: Part, match: Node, key: Key) -> bool:
    named = match.at("gateways").texts
    return not named or key in [own for node, own in bound_gateways(part) if node.text in named]


def _without_gateways(value: object) -> object:
    if not isinstance(value, Mapping):
        return None
    return {name: one for name, one in cast("Mapping[str, object]", value).items() if name != "gateways"} or None


def _stem(match: Node) -> str:
    """Where a match is kept: its path without case, or nothing where it is for every path or an expression."""
    word, text = condition_of(match.at("uri"))
    return text.lower().rstrip("/") if word in ("exact", "prefix") else ""


def _candidates(near: Mapping[str, list[_Match]], match: _Match) -> Iterator[_Match]:
    stem = _stem(match.conditions)
    for length in range(len(stem) + 1):
        yield from near.get(stem[:length], [])


def _takes_from(one: _Match, other: _Match) -> bool:
    """Whether one takes all that the other takes, unless Istio moves it to the end because it takes everything."""
    if _takes_everything(one.conditions):
        return _takes_everything(other.conditions)
    return covers(one.conditions, other.conditions)


def _takes_everything(match: Node) -> bool:
    return not match.given or covers(match, Node(None, ()))


def _problem(match: _Match, other: _Match, key: Key, host: str) -> Problem:
    rule = (
        f"takes requests to {shown(host)} on the Gateway '{key[1]}' in {key[0]} that {other.part.title} wants as "
        "well; Istio merges the two in the order of their age (a rule of this project)"
    )
    return match.part.problem(match.node, rule, "Put these routes into one VirtualService")
