"""Rules that are left to another VirtualService."""

from typing import Any

import pytest

from components.traffic.simulation.results import Outcome
from tests.traffic.simulation.stacks import answer, istio, reasons, routed, stack, to

ROOT = {"name": "team", "match": [{"uri": {"prefix": "/team"}}], "delegate": {"name": "team"}, "timeout": "3s"}


def team(*http: dict[str, Any], namespace: str = "shop", **spec: Any) -> dict[str, Any]:
    """The VirtualService to which rules are left."""
    return istio("VirtualService", "team", namespace, http=[*http], **spec)


def test_the_rules_of_the_delegate_hold_within_the_match_of_the_root() -> None:
    there = stack(
        routed(ROOT, {"route": to()}),
        team({"name": "inner", "match": [{"uri": {"prefix": "/team/inner"}}], "route": to()}, {"route": to()}),
    )
    found = answer("GET http://shop.example.com/team/x", there)
    assert found.taken is not None
    assert (found.taken.source, found.taken.rule, found.taken.path) == (
        "VirtualService shop/team (delegate of VirtualService shop/web)",
        "team",
        "mesh.resources[1].spec.http[1]",
    )
    assert reasons(found) == ["team-inner: uri: '/team/x' does not begin with '/team/inner'"]
    assert found.action.policies["timeout"] == "3s", "what the delegate does not say comes from the root"
    other = answer("GET http://shop.example.com/x", there)
    assert other.taken is not None
    assert other.taken.rule == "http[1]", "outside of the root's match the delegate has no say"


@pytest.mark.parametrize(
    "delegates",
    [
        [],
        [team({"route": to()}, namespace="other")],
        [team({"match": [{"uri": {"prefix": "/elsewhere"}}], "route": to()})],
        [team({"match": [{"uri": {"regex": "/team/.*"}}], "route": to()})],
        [team({"match": [{"uri": {"prefix": "/team"}, "ignoreUriCase": True}], "route": to()})],
    ],
    ids=["missing", "in another namespace", "of other paths", "by expressions", "by another case"],
)
def test_a_delegate_that_does_not_fit_is_left_out(delegates: list[dict[str, Any]]) -> None:
    found = answer("GET http://shop.example.com/team/x", stack(routed(ROOT), *delegates))
    assert found.action.outcome is Outcome.NOT_FOUND


def test_a_delegate_that_is_not_exported_to_the_root_is_left_out() -> None:
    root = ROOT | {"delegate": {"name": "team", "namespace": "other"}}
    hidden = team({"route": to()}, namespace="other", exportTo=["."])
    shown = team({"route": to()}, namespace="other", exportTo=["shop"])
    asked = "GET http://shop.example.com/team"
    assert answer(asked, stack(routed(root), hidden)).action.outcome is Outcome.NOT_FOUND
    assert answer(asked, stack(routed(root), shown)).action.outcome is Outcome.FORWARDED


@pytest.mark.parametrize(
    ("root", "own", "fits"),
    [
        ({"headers": {"x": {"exact": "a"}}}, {"headers": {"y": {"exact": "b"}}}, True),
        ({"headers": {"x": {"exact": "a"}}}, {"headers": {"x": {"exact": "b"}}}, False),
        ({"method": {"exact": "GET"}}, {"uri": {"exact": "/"}}, True),
        ({"port": 80}, {"port": 81}, False),
        ({"sourceNamespace": "edge"}, {}, False),
        ({"sourceLabels": {"app": "other"}}, {"sourceLabels": {"app": "ingressgateway"}}, False),
        ({"gateways": ["istio-ingress/ingressgateway"]}, {"gateways": ["mesh"]}, False),
    ],
)
def test_conditions_of_both_are_put_together_where_they_do_not_contradict(
    root: dict[str, Any], own: dict[str, Any], *, fits: bool
) -> None:
    there = stack(
        routed({"match": [root], "delegate": {"name": "team"}}),
        team({"match": [own], "directResponse": {"status": 204}}),
    )
    found = answer("GET http://shop.example.com/", there, "x: a", "y: b")
    assert (found.action.outcome is Outcome.ANSWERED) is fits
