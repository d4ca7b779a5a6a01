"""What a rule does with a request: redirects, answers, rewrites, destinations and policies."""

from typing import Any

import pytest

from components.traffic.simulation.outcome import ISTIOS_RETRIES
from components.traffic.simulation.results import Outcome
from tests.traffic.simulation.stacks import answer, istio, routed, stack, to

PREFIX = [{"uri": {"prefix": "/api"}}]


@pytest.mark.parametrize(
    ("redirect", "asked", "status", "location"),
    [
        ({"uri": "/new"}, "http://shop.example.com/a?b=1", 301, "http://shop.example.com/new?b=1"),
        ({"uri": "/new?c=2"}, "http://shop.example.com/a?b=1", 301, "http://shop.example.com/new?c=2"),
        ({"authority": "a.org", "redirectCode": 308}, "http://shop.example.com/a", 308, "http://a.org/a"),
        ({"scheme": "https"}, "http://shop.example.com:80/a", 301, "https://shop.example.com/a"),
        ({"port": 8443, "scheme": "https"}, "http://shop.example.com/a", 301, "https://shop.example.com:8443/a"),
        ({"port": 443, "scheme": "https"}, "http://shop.example.com/a", 301, "https://shop.example.com/a"),
        ({"port": 80}, "http://shop.example.com:80/a", 301, "http://shop.example.com:80/a"),
        (
            {"derivePort": "FROM_PROTOCOL_DEFAULT", "uri": "/b"},
            "http://shop.example.com/a",
            301,
            "http://shop.example.com/b",
        ),
    ],
)
def test_a_redirect_names_the_place_that_envoy_names(
    redirect: dict[str, Any], asked: str, status: int, location: str
) -> None:
    found = answer(f"GET {asked}", stack(routed({"redirect": redirect}))).action
    assert found.outcome is Outcome.REDIRECTED
    assert found.answer is not None
    assert (found.answer.status, found.answer.location) == (status, location)


@pytest.mark.parametrize(
    ("match", "rewrite", "path", "seen"),
    [
        (PREFIX, {"uri": "/v2"}, "/api/x?y=1", "/v2/x?y=1"),
        (PREFIX, {"uri": "/"}, "/api/x", "//x"),
        ([{"uri": {"exact": "/a"}}], {"uri": "/b"}, "/a?y=1", "/b?y=1"),
        ([{"uri": {"regex": "/a.*"}}], {"uri": "/b"}, "/abc?y=1", "/b?y=1"),
        (None, {"uri": "/b/"}, "/x", "/b/x"),
        (PREFIX, {"uriRegexRewrite": {"match": "^/api/(.*)/end", "rewrite": "/\\1"}}, "/api/x/end?y=1", "/x?y=1"),
    ],
)
def test_a_rewrite_changes_the_path_and_keeps_the_query(
    match: list[dict[str, Any]] | None, rewrite: dict[str, Any], path: str, seen: str
) -> None:
    rule = {"rewrite": rewrite, "route": to()} | ({"match": match} if match else {})
    assert answer(f"GET http://shop.example.com{path}", stack(routed(rule))).action.path == seen


@pytest.mark.parametrize(
    "change",
    [
        {"rewrite": {"authority": "in.example.com"}},
        {"headers": {"request": {"set": {"Host": "in.example.com"}}}},
    ],
)
def test_the_host_is_rewritten_also_by_a_header(change: dict[str, Any]) -> None:
    found = answer("GET http://shop.example.com/", stack(routed({"route": to()} | change)))
    assert found.action.authority == "in.example.com"


def test_a_direct_response_and_an_abort_of_all_requests_are_answers_of_the_proxy() -> None:
    there = stack(
        routed(
            {"match": PREFIX, "directResponse": {"status": 410, "body": {"string": "gone"}}},
            {"fault": {"abort": {"httpStatus": 418, "percentage": {"value": 100}}}, "route": to()},
        )
    )
    gone = answer("GET http://shop.example.com/api", there).action
    assert (gone.outcome, gone.answer and gone.answer.status, gone.answer and gone.answer.body) == (
        Outcome.ANSWERED,
        410,
        "gone",
    )
    aborted = answer("GET http://shop.example.com/", there).action
    assert (aborted.outcome, aborted.answer and aborted.answer.status) == (Outcome.ANSWERED, 418)


def test_an_abort_of_some_requests_is_a_policy() -> None:
    fault = {"abort": {"httpStatus": 418, "percentage": {"value": 50}}}
    found = answer("GET http://shop.example.com/", stack(routed({"fault": fault, "route": to()}))).action
    assert (found.outcome, found.policies["fault"]) == (Outcome.FORWARDED, fault)


def test_a_preflight_is_answered_where_the_origin_is_allowed() -> None:
    cors = {"allowOrigins": [{"exact": "https://a.org"}]}
    there = stack(routed({"corsPolicy": cors, "route": to()}))
    headers = ["Access-Control-Request-Method: PUT"]
    allowed = answer("OPTIONS http://shop.example.com/", there, "Origin: https://a.org", *headers)
    other = answer("OPTIONS http://shop.example.com/", there, "Origin: https://b.org", *headers)
    assert (allowed.action.outcome, other.action.outcome) == (Outcome.ANSWERED, Outcome.FORWARDED)


def test_timeout_retries_and_mirrors_are_told_and_retries_also_where_nobody_wrote_them() -> None:
    there = stack(
        routed(
            {
                "match": PREFIX,
                "timeout": "3s",
                "retries": {"attempts": 5},
                "mirrors": [{"destination": {"host": "copy.shop.svc.cluster.local"}, "percentage": {"value": 5}}],
                "route": to(),
            },
            {"route": to()},
        )
    )
    found = answer("GET http://shop.example.com/api", there).action.policies
    copy = {"host": "copy.shop.svc.cluster.local", "port": 80, "percent": 5}
    assert found == {"timeout": "3s", "retries": {"attempts": 5}, "mirrors": [copy]}
    assert answer("GET http://shop.example.com/", there).action.policies == {"retries": ISTIOS_RETRIES}


@pytest.mark.parametrize("field", ["mirrorPercent", "mirror_percent"])
def test_no_copy_is_told_where_the_older_field_says_that_there_is_none(field: str) -> None:
    copied = {"mirror": {"host": "copy.shop.svc.cluster.local"}, field: 0, "route": to()}
    found = answer("GET http://shop.example.com/", stack(routed(copied))).action.policies
    assert "mirrors" not in found, "0 is a share, not a missing one"


def test_the_default_retries_of_the_mesh_are_told() -> None:
    there = stack(routed({"route": to()}), meshConfig={"defaultHttpRetryPolicy": {"attempts": 7}})
    assert answer("GET http://shop.example.com/", there).action.policies == {"retries": {"attempts": 7}}


def test_a_host_that_nothing_declares_is_told() -> None:
    found = answer("GET http://shop.example.com/", stack(routed({"route": to()})))
    assert found.notes == ("nothing in the stack declares web.shop.svc.cluster.local: it has to be in the cluster",)


def test_versions_have_shares_labels_and_the_policy_of_subset_and_port() -> None:
    rule = istio(
        "DestinationRule",
        "web",
        host="web.shop.svc.cluster.local",
        trafficPolicy={"loadBalancer": {"simple": "RANDOM"}, "connectionPool": {"tcp": {"maxConnections": 9}}},
        subsets=[
            {"name": "v1", "labels": {"version": "v1"}},
            {
                "name": "v2",
                "labels": {"version": "v2"},
                "trafficPolicy": {
                    "loadBalancer": {"simple": "LEAST_REQUEST"},
                    "portLevelSettings": [{"port": {"number": 8080}, "loadBalancer": {"simple": "ROUND_ROBIN"}}],
                },
            },
            {"name": "v3", "labels": {"version": "v3"}},
        ],
    )
    weighted = [
        {**to(subset=name)[0], "weight": weight, "headers": {"request": {"set": {"x-version": name}}}}
        for name, weight in (("v1", 75), ("v2", 25), ("v3", 0))
    ]
    found = answer("GET http://shop.example.com/", stack(rule, routed({"route": weighted}))).action.destinations
    assert [(one.subset, one.percent, one.labels) for one in found] == [
        ("v1", 75, {"version": "v1"}),
        ("v2", 25, {"version": "v2"}),
    ], "what has no weight gets nothing"
    assert found[0].policy == {"loadBalancer": {"simple": "RANDOM"}, "connectionPool": {"tcp": {"maxConnections": 9}}}
    assert found[1].policy == {"loadBalancer": {"simple": "ROUND_ROBIN"}}, (
        "a port's own settings take nothing from above"
    )
    assert found[0].headers == {"request": {"set": {"x-version": "v1"}}}


@pytest.mark.parametrize(
    ("destination", "problem"),
    [
        ({"host": "web", "subset": "v9"}, "DestinationRule shop/web does not declare the subset 'v9'"),
        (
            {"host": "cart", "subset": "v1"},
            "no DestinationRule declares the subset 'v1' of cart.shop.svc.cluster.local",
        ),
        ({"host": "a.org", "port": {"number": 81}}, "a.org has no port 81, only 80"),
    ],
)
def test_a_destination_that_there_is_not_is_told_with_the_answer(destination: dict[str, Any], problem: str) -> None:
    entry = istio("ServiceEntry", "a", hosts=["a.org"], ports=[{"number": 80, "name": "http", "protocol": "HTTP"}])
    there = stack(istio("DestinationRule", "web", host="web"), entry, routed({"route": [{"destination": destination}]}))
    found = answer("GET http://shop.example.com/", there).action.destinations[0]
    assert (found.problem, found.status) == (problem, 503)


def test_the_rule_of_the_callers_namespace_comes_first_and_the_name_before_wildcards() -> None:
    policy: dict[str, Any] = {"trafficPolicy": {"loadBalancer": {"simple": "RANDOM"}}}
    there = stack(
        istio("DestinationRule", "own", "istio-ingress", host="*.svc.cluster.local", **policy),
        istio("DestinationRule", "name", host="a.org", **policy),
        istio("DestinationRule", "wild", host="*.org", **policy),
        istio("DestinationRule", "hidden", "istio-system", host="b.net", exportTo=["."], **policy),
        istio(
            "ServiceEntry",
            "a",
            hosts=["a.org"],
            ports=[{"number": 80, "name": "http", "protocol": "HTTP"}],
            resolution="DNS",
        ),
        routed(
            {"match": [{"uri": {"exact": "/a"}}], "route": [{"destination": {"host": "a.org"}}]},
            {"match": [{"uri": {"exact": "/b"}}], "route": [{"destination": {"host": "b.net"}}]},
            {"route": to()},
        ),
    )
    rules = {path: answer(f"GET http://shop.example.com/{path}", there).action.destinations[0].rule for path in "abc"}
    assert rules == {"a": "DestinationRule shop/name", "b": None, "c": "DestinationRule istio-ingress/own"}
