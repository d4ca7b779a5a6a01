"""Routes of services as VirtualServices within the mesh."""

from typing import Any

import pytest

from tests.services.shop import http_of, shop_objects

API = {"name": "api", "match": [{"path": {"prefix": "/api"}}]}


def test_a_service_that_says_nothing_has_no_virtual_service() -> None:
    assert ("VirtualService", "reviews") not in shop_objects({}), "Istio routes it as it is"


def test_a_virtual_service_in_full() -> None:
    found = shop_objects({"services.reviews.weights": {"v1": 90, "v2": 10}})["VirtualService", "reviews"]
    host = "reviews.shop.svc.cluster.local"
    assert found == {
        "apiVersion": "networking.istio.io/v1",
        "kind": "VirtualService",
        "metadata": {
            "name": "reviews",
            "namespace": "shop",
            "labels": {"app.kubernetes.io/managed-by": "pulumi", "app.kubernetes.io/part-of": "istio-mesh"},
        },
        "spec": {
            "hosts": [host],
            "http": [
                {
                    "name": "default",
                    "route": [
                        {"destination": {"host": host, "subset": "v1"}, "weight": 90},
                        {"destination": {"host": host, "subset": "v2"}, "weight": 10},
                    ],
                }
            ],
        },
    }, "a canary by weight"


def test_testers_come_before_routes_and_weights() -> None:
    tester = {"match": {"headers": {"x-canary": {"exact": "true"}}}, "version": "v2"}
    routes = http_of({"testers": [tester], "routes": [API], "weights": {"v1": 100}})
    assert [one["name"] for one in routes] == ["testers-0", "api", "default"], "Istio takes the first that matches"


def test_a_route_that_does_not_say_where_it_leads_goes_by_the_weights_of_its_service() -> None:
    routes = http_of({"routes": [API], "weights": {"v1": 100, "v2": 0}})
    assert routes[0]["route"] == routes[1]["route"], "or a version without a share would get requests by its pods"


@pytest.mark.parametrize("path", [{"prefix": "/"}, {"regex": ".*"}], ids=["prefix", "expression"])
def test_nothing_is_left_behind_a_route_for_everything(path: dict[str, str]) -> None:
    routes = http_of({"routes": [API, {"name": "all", "match": [{"path": path}], "version": "v2"}]})
    assert [one["name"] for one in routes] == ["api", "all"], "a default behind it would never be reached"


def test_what_a_delegate_does_not_take_is_left_for_the_weights() -> None:
    delegate = {"name": "all", "match": [{"path": {"prefix": "/"}}], "delegate": {"name": "more", "namespace": "shop"}}
    more = {
        "apiVersion": "networking.istio.io/v1",
        "kind": "VirtualService",
        "metadata": {"name": "more", "namespace": "shop"},
        "spec": {"http": [{"match": [{"uri": {"prefix": "/more/"}}], "redirect": {"uri": "/b"}}]},
    }
    exposure = [{"gateway": "ingressgateway", "hosts": ["shop.example.com"]}]
    changes = {"routes": [delegate, API], "exposure": exposure}
    found = shop_objects({f"services.reviews.{key}": one for key, one in changes.items()} | {"resources": [more]})
    for name in ("reviews", "ingressgateway-shop.example.com"):
        routes = found["VirtualService", name]["spec"]["http"]
        assert routes[0]["delegate"] == delegate["delegate"], "Istio follows it for sidecars as it does for gateways"
        assert [one["name"] for one in routes] == ["all", "api", "default"], "where the delegate has none, on it goes"


@pytest.mark.parametrize(
    ("action", "written"),
    [
        (
            {"redirect": {"path": "/new", "scheme": "https", "authority": "b.example.com", "port": 8443, "code": 308}},
            {
                "redirect": {
                    "uri": "/new",
                    "scheme": "https",
                    "authority": "b.example.com",
                    "port": 8443,
                    "redirectCode": 308,
                }
            },
        ),
        (
            {"directResponse": {"status": 503, "body": "later"}},
            {"directResponse": {"status": 503, "body": {"string": "later"}}},
        ),
        ({"directResponse": {"status": 204}}, {"directResponse": {"status": 204}}),
    ],
    ids=["redirect", "answer", "answer without text"],
)
def test_an_answer_has_no_destination(action: dict[str, Any], written: dict[str, Any]) -> None:
    found = http_of({"routes": [API | action], "timeout": "5s"})[0]
    assert {key: value for key, value in found.items() if key not in ("name", "match")} == written, (
        "Istio refuses a route beside it, and no timeout could apply"
    )


@pytest.mark.parametrize(
    ("match", "rewrite", "written"),
    [
        ({"prefix": "/api"}, {"prefix": "/"}, {"match": "^/api/?(.*)$", "rewrite": r"/\1"}),
        ({"prefix": "/api"}, {"prefix": "/v2/"}, {"match": "^/api(.*)$", "rewrite": r"/v2\1"}),
        ({"prefix": "/a.b"}, {"prefix": "/c"}, {"match": r"^/a\.b(.*)$", "rewrite": r"/c\1"}),
        ({"prefix": "/"}, {"prefix": "/v2"}, {"match": "^/(.*)$", "rewrite": r"/v2/\1"}),
        ({"exact": "/api"}, {"prefix": "/v2"}, {"match": "^/.*$", "rewrite": "/v2"}),
        ({"prefix": "/api"}, {"path": "/one"}, {"match": "^/.*$", "rewrite": "/one"}),
    ],
)
def test_a_rewrite_keeps_whole_segments(
    match: dict[str, str], rewrite: dict[str, str], written: dict[str, str]
) -> None:
    matches = [{"path": match, "method": "GET"}]
    found = http_of({"routes": [{"name": "a", "match": matches, "rewrite": rewrite}]})[0]
    assert found["rewrite"] == {"uriRegexRewrite": written}, "Istio's own rewrite would make '//x' of '/api/x'"


def test_the_authority_is_rewritten_beside_the_path() -> None:
    found = http_of({"routes": [API | {"rewrite": {"authority": "b.example.com", "path": "/x"}}]})[0]
    assert found["rewrite"]["authority"] == "b.example.com", "one does not replace the other"


def test_each_prefix_is_rewritten_by_a_route_of_its_own() -> None:
    matches = [{"path": {"prefix": "/a"}}, {"path": {"prefix": "/b"}}]
    routes = http_of({"routes": [{"name": "r", "match": matches, "rewrite": {"prefix": "/"}}]})
    assert [(one["name"], one["rewrite"]["uriRegexRewrite"]["match"]) for one in routes[:2]] == [
        ("r-0", "^/a/?(.*)$"),
        ("r-1", "^/b/?(.*)$"),
    ], "one route has one rewrite"


def test_policies_are_written_in_istios_words() -> None:
    policies = {
        "timeout": "10s",
        "retries": {"attempts": 3, "perTryTimeout": "2s", "retryOn": ["5xx", "reset"], "backoff": "1s"},
        "fault": {
            "delay": {"percentage": 5, "fixedDelay": "3s"},
            "abort": {"percentage": 0.1, "httpStatus": 503},
        },
        "mirrors": [{"version": "v2", "percentage": 50}, {"service": "ratings"}],
        "headers": {"request": {"set": {"x-a": "1"}, "remove": ["x-b"]}, "response": {"add": {"x-c": "2"}}},
        "corsPolicy": {"allowOrigins": [{"exact": "https://a.example.com"}], "allowMethods": ["GET"], "maxAge": "60s"},
    }
    found = http_of(policies)[0]
    host = "reviews.shop.svc.cluster.local"
    other = {"host": "ratings.shop.svc.cluster.local", "port": {"number": 9080}}
    assert {key: found[key] for key in found if key not in ("name", "route")} == {
        "timeout": "10s",
        "retries": {"attempts": 3, "perTryTimeout": "2s", "retryOn": "5xx,reset", "backoff": "1s"},
        "fault": {
            "delay": {"percentage": {"value": 5.0}, "fixedDelay": "3s"},
            "abort": {"percentage": {"value": 0.1}, "httpStatus": 503},
        },
        "mirrors": [
            {"destination": {"host": host, "subset": "v2"}, "percentage": {"value": 50.0}},
            {"destination": other, "percentage": {"value": 100.0}},
        ],
        "headers": {"request": {"set": {"x-a": "1"}, "remove": ["x-b"]}, "response": {"add": {"x-c": "2"}}},
        "corsPolicy": {"allowOrigins": [{"exact": "https://a.example.com"}], "allowMethods": ["GET"], "maxAge": "60s"},
    }, "each of them changes what callers see"


def test_a_route_has_the_policies_of_its_service_unless_it_has_its_own() -> None:
    changes = {"timeout": "10s", "retries": {"attempts": 1}, "routes": [API | {"timeout": "2s"}]}
    api, rest = http_of(changes)
    assert (api["timeout"], api["retries"]) == ("2s", {"attempts": 1}), "what a route leaves out is the service's"
    assert rest["timeout"] == "10s", "a route says nothing about others"


def test_another_service_is_called_at_its_own_port() -> None:
    found = http_of({"routes": [API | {"destinations": [{"service": "stock"}]}]})[0]
    destination = {"host": "stock.stock.svc.cluster.local", "port": {"number": 8080}}
    assert found["route"] == [{"destination": destination}], "the port of the request is that of reviews"


def test_connections_are_split_by_weight_where_no_requests_are_seen() -> None:
    changes: dict[str, object] = {
        "services.database.versions": {"v1": {}, "v2": {}},
        "services.database.weights": {"v1": 80, "v2": 20},
    }
    spec = shop_objects(changes)["VirtualService", "database"]["spec"]
    host = "database.shop.svc.cluster.local"
    assert {key: spec[key] for key in spec if key != "hosts"} == {
        "tcp": [
            {
                "route": [
                    {"destination": {"host": host, "subset": "v1"}, "weight": 80},
                    {"destination": {"host": host, "subset": "v2"}, "weight": 20},
                ]
            }
        ]
    }, "Istio ignores HTTP routes for a TCP port"
