"""Each condition of a match: when it is met, and what is told when it is not."""

from typing import Any

import pytest

from components.kinds.node import Node
from components.traffic.simulation.matching import Place, left_out, mismatch
from components.traffic.simulation.request import parse_request

REQUEST = parse_request(
    "GET http://shop.example.com/Api/x?flavour=d%61rk&size=3&size=4",
    ["x-agent: curl/8", "x-empty:", "X-Two: a", "x-two: b"],
)
PLACE = Place(gateways=frozenset({"edge/web"}), port=80, namespace="edge", labels={"app": "web"})

MET: list[dict[str, Any]] = [
    {},
    {"uri": {"exact": "/Api/x"}},
    {"uri": {"exact": "/api/X"}, "ignoreUriCase": True},
    {"uri": {"prefix": "/Ap"}},
    {"uri": {"prefix": "/API"}, "ignoreUriCase": True},
    {"uri": {"regex": "/A.i/x"}},
    {"method": {"regex": "GE."}, "scheme": {"exact": "http"}, "authority": {"prefix": "shop."}},
    {"headers": {"x-agent": {}, "x-two": {"exact": "a,b"}, "x-empty": {"exact": ""}, ":method": {"exact": "GET"}}},
    {"headers": {"X-Agent": {"regex": "*"}}},
    {"withoutHeaders": {"x-none": {}, "x-agent": {"prefix": "lynx"}}},
    {"queryParams": {"flavour": {"exact": "d%61rk"}, "size": {"exact": "3"}}},
]
NOT_MET: list[tuple[dict[str, Any], str]] = [
    ({"uri": {"exact": "/api/x"}}, "uri: '/Api/x' is not '/api/x'"),
    ({"uri": {"exact": "/x"}, "ignoreUriCase": True}, "uri: '/Api/x' is not '/x', whatever the case"),
    ({"uri": {"prefix": "/api"}}, "uri: '/Api/x' does not begin with '/api'"),
    ({"uri": {"regex": "/A.i"}}, "uri: '/Api/x' as a whole is not like '/A.i'"),
    ({"uri": {"regex": "/api/x"}, "ignoreUriCase": True}, "uri: '/Api/x' as a whole is not like '/api/x'"),
    ({"method": {"exact": "POST"}}, "method: 'GET' is not 'POST'"),
    ({"scheme": {"exact": "https"}}, "scheme: 'http' is not 'https'"),
    ({"authority": {"exact": "a.org"}}, "authority: 'shop.example.com' is not 'a.org'"),
    ({"headers": {"x-canary": {"exact": "true"}}}, "header x-canary: not sent, and has to be 'true'"),
    ({"headers": {"x-canary": {}}}, "header x-canary: not sent, and has to be there"),
    ({"headers": {"x-agent": {"prefix": "lynx"}}}, "header x-agent: 'curl/8' does not begin with 'lynx'"),
    (
        {"headers": {"@request.auth.claims.sub": {"exact": "me"}}},
        "header @request.auth.claims.sub: there is no token that is checked here (--claim gives one)",
    ),
    ({"withoutHeaders": {"x-agent": {}}}, "withoutHeaders x-agent: it is sent, as 'curl/8'"),
    ({"withoutHeaders": {"x-agent": {"prefix": "curl"}}}, "withoutHeaders x-agent: it is 'curl/8'"),
    ({"withoutHeaders": {"x-none": {"regex": ".*"}}}, "withoutHeaders x-none: not sent, which counts as empty"),
    ({"queryParams": {"flavour": {"exact": "dark"}}}, "queryParams flavour: 'd%61rk' is not 'dark'"),
    ({"queryParams": {"none": {"regex": "a+"}}}, "queryParams none: not sent, and has to be like 'a+'"),
]


@pytest.mark.parametrize("match", MET, ids=str)
def test_a_request_that_meets_every_condition_is_meant(match: dict[str, Any]) -> None:
    assert mismatch(Node(match, ()), REQUEST, whole_segments=False) is None


@pytest.mark.parametrize(("match", "reason"), NOT_MET, ids=str)
def test_the_condition_that_is_not_met_is_told(match: dict[str, Any], reason: str) -> None:
    assert mismatch(Node(match, ()), REQUEST, whole_segments=False) == reason


def test_the_first_condition_that_is_not_met_is_told() -> None:
    match: dict[str, Any] = {"headers": {"x-canary": {}}, "uri": {"exact": "/"}, "method": {"exact": "PUT"}}
    assert mismatch(Node(match, ()), REQUEST, whole_segments=False) == "uri: '/Api/x' is not '/'"


@pytest.mark.parametrize(("prefix", "met"), [("/Api", True), ("/Api/", True), ("/Ap", False), ("/", True)])
def test_prefixes_of_the_gateway_api_are_whole_segments(prefix: str, *, met: bool) -> None:
    reason = mismatch(Node({"uri": {"prefix": prefix}}, ()), REQUEST, whole_segments=True)
    assert (reason is None) is met, reason


@pytest.mark.parametrize(
    ("match", "reason"),
    [
        ({"port": 80, "gateways": ["edge/web"]}, None),
        ({"port": 443}, "port: it is 80, and has to be 443"),
        ({"gateways": ["web", "mesh"]}, "gateways: the request is at edge/web, and has to be at shop/web or mesh"),
        ({"sourceLabels": {"app": "web"}, "sourceNamespace": "edge"}, None),
        (
            {"sourceLabels": {"app": "cart"}},
            "sourceLabels: the caller's label app is 'web', and has to be 'cart'",
        ),
        (
            {"sourceLabels": {"tier": "front"}},
            "sourceLabels: the caller's label tier is not there, and has to be 'front'",
        ),
        ({"sourceNamespace": "shop"}, "sourceNamespace: the caller is in 'edge', and has to be in 'shop'"),
        ({"gateways": ["edge/web"], "sourceNamespace": "shop"}, None),
    ],
)
def test_where_a_match_holds_is_decided_before_any_request(match: dict[str, Any], reason: str | None) -> None:
    assert left_out(Node(match, ()), PLACE, "shop") == reason
