"""Routes of services as HTTPRoutes of the Gateway API."""

from typing import Any

import pytest

from components.services.http_route import IMPLIED_RETRY_CONDITIONS
from tests.services.shop import shop_objects

API = {"name": "api", "match": [{"path": {"prefix": "/api/"}}]}
EVERYTHING = {"path": {"type": "PathPrefix", "value": "/"}}


def rules_of(changes: dict[str, Any]) -> list[dict[str, Any]]:
    """The rules of cart with these settings."""
    own = {f"services.cart.{key}": value for key, value in changes.items()}
    return shop_objects(own)["HTTPRoute", "cart"]["spec"]["rules"]


def test_a_split_is_between_the_services_of_versions() -> None:
    assert rules_of({"weights": {"v1": 90, "v2": 10}}) == [
        {
            "name": "default",
            "matches": [EVERYTHING],
            "backendRefs": [
                {"name": "cart-v1", "port": 8080, "weight": 90},
                {"name": "cart-v2", "port": 8080, "weight": 10},
            ],
        }
    ], "an HTTPRoute knows no subsets"


def test_every_condition_of_a_match_is_written() -> None:
    match = {
        "path": {"exact": "/a"},
        "method": "POST",
        "headers": {"x-a": {"exact": "1"}, "x-b": {"present": True}},
        "queryParams": {"q": {"regex": "[0-9]+"}},
    }
    assert rules_of({"routes": [{"name": "a", "match": [match]}]})[0]["matches"] == [
        {
            "path": {"type": "Exact", "value": "/a"},
            "method": "POST",
            "headers": [
                {"name": "x-a", "type": "Exact", "value": "1"},
                {"name": "x-b", "type": "RegularExpression", "value": ".*"},
            ],
            "queryParams": [{"name": "q", "type": "RegularExpression", "value": "[0-9]+"}],
        }
    ], "a condition that is lost lets other requests in"


def test_a_prefix_is_written_without_its_last_slash() -> None:
    assert rules_of({"routes": [API]})[0]["matches"] == [{"path": {"type": "PathPrefix", "value": "/api"}}], (
        "its segments are the same"
    )


def test_testers_outrank_every_path_that_comes_later() -> None:
    tester = {"match": {"headers": {"x-canary": {"exact": "1"}}}, "version": "v2"}
    first = rules_of({"testers": [tester], "routes": [API]})[0]
    canary = [{"name": "x-canary", "type": "Exact", "value": "1"}]
    assert first["matches"] == [
        EVERYTHING | {"headers": canary},
        {"path": {"type": "PathPrefix", "value": "/api"}, "headers": canary},
    ], "the Gateway API takes the most specific match, not the first"


def test_a_redirect_is_a_filter_without_a_backend() -> None:
    found = rules_of({"routes": [API | {"redirect": {"scheme": "https", "path": "/new", "code": 302}}]})[0]
    path = {"type": "ReplaceFullPath", "replaceFullPath": "/new"}
    assert found["filters"] == [
        {"type": "RequestRedirect", "requestRedirect": {"scheme": "https", "path": path, "statusCode": 302}}
    ], "in the words of the Gateway API"
    assert "backendRefs" not in found, "the CRD refuses both"


def test_a_prefix_is_rewritten_by_a_rule_with_one_match() -> None:
    matches = [{"path": {"prefix": "/a"}}, {"path": {"exact": "/b"}}]
    rules = rules_of({"routes": [{"name": "r", "match": matches, "rewrite": {"prefix": "/c"}}]})
    found = {one["name"]: one["filters"][0]["urlRewrite"]["path"] for one in rules if "filters" in one}
    assert found == {
        "r-0": {"type": "ReplacePrefixMatch", "replacePrefixMatch": "/c"},
        "r-1": {"type": "ReplaceFullPath", "replaceFullPath": "/c"},
    }, "the CRD takes a prefix only beside exactly one match by prefix"


def test_policies_are_written_in_the_words_of_the_gateway_api() -> None:
    policies = {
        "timeout": "10s",
        "retries": {
            "attempts": 3,
            "perTryTimeout": "1.5s",
            "retryOn": ["503", *IMPLIED_RETRY_CONDITIONS],
            "backoff": "100ms",
        },
        "mirrors": [{"version": "v2", "percentage": 12.5}],
        "headers": {"request": {"set": {"x-a": "1"}}, "response": {"remove": ["x-b"]}},
        "corsPolicy": {"allowOrigins": [{"exact": "https://a.example.com"}], "maxAge": "1m"},
    }
    (found,) = rules_of(policies)
    assert found == {
        "name": "default",
        "matches": [EVERYTHING],
        "filters": [
            {"type": "RequestHeaderModifier", "requestHeaderModifier": {"set": [{"name": "x-a", "value": "1"}]}},
            {"type": "ResponseHeaderModifier", "responseHeaderModifier": {"remove": ["x-b"]}},
            {
                "type": "RequestMirror",
                "requestMirror": {
                    "backendRef": {"name": "cart-v2", "port": 8080},
                    "fraction": {"numerator": 125_000, "denominator": 1_000_000},
                },
            },
            {"type": "CORS", "cors": {"allowOrigins": ["https://a.example.com"], "maxAge": 60}},
        ],
        "backendRefs": [{"name": "cart", "port": 8080}],
        "retry": {"attempts": 3, "codes": [503], "backoff": "100ms"},
        "timeouts": {"request": "10s", "backendRequest": "1s500ms"},
    }, "each of them changes what callers see"


def test_the_least_share_of_a_mirror_is_not_lost() -> None:
    (one,) = rules_of({"mirrors": [{"version": "v2", "percentage": 0.0001}]})[0]["filters"]
    fraction = one["requestMirror"]["fraction"]
    assert fraction == {"numerator": 1, "denominator": 1_000_000}, "nothing would be copied, and nobody told"


@pytest.mark.parametrize("rewrite", [{"path": "/x"}, {"authority": "b.example.com"}])
def test_a_rewrite_is_a_filter(rewrite: dict[str, str]) -> None:
    (one,) = rules_of({"routes": [API | {"rewrite": rewrite}]})[0]["filters"]
    written = {
        "path": {"path": {"type": "ReplaceFullPath", "replaceFullPath": "/x"}},
        "authority": {"hostname": "b.example.com"},
    }
    assert one == {"type": "URLRewrite", "urlRewrite": written[next(iter(rewrite))]}, "in the Gateway API's words"
