"""Matches of routes as VirtualServices write them."""

from typing import Any

import pytest

from tests.services.shop import http_of


def test_one_request_of_two_matches_is_written_once() -> None:
    matches = [{"path": {"exact": "/a"}}, {"path": {"prefix": "/a"}}]
    found = http_of({"routes": [{"name": "a", "match": matches}]})[0]["match"]
    assert found == [{"uri": {"exact": "/a"}}, {"uri": {"prefix": "/a/"}}], "Istio's analysis would warn of the second"


@pytest.mark.parametrize(
    ("path", "written"),
    [
        ({"prefix": "/api"}, [{"uri": {"exact": "/api"}}, {"uri": {"prefix": "/api/"}}]),
        ({"prefix": "/api/"}, [{"uri": {"exact": "/api"}}, {"uri": {"prefix": "/api/"}}]),
        ({"exact": "/api"}, [{"uri": {"exact": "/api"}}]),
        ({"regex": "/v[0-9]"}, [{"uri": {"regex": "/v[0-9]"}}]),
    ],
)
def test_a_prefix_is_for_whole_segments(path: dict[str, str], written: list[dict[str, Any]]) -> None:
    assert http_of({"routes": [{"name": "a", "match": [{"path": path}]}]})[0]["match"] == written, (
        "Istio's own prefix '/api' is for '/apix' as well"
    )


def test_a_path_for_everything_says_nothing_about_the_path() -> None:
    match = {"path": {"prefix": "/"}, "method": "GET"}
    found = http_of({"routes": [{"name": "a", "match": [match]}]})[0]["match"]
    assert found == [{"method": {"exact": "GET"}}], "every path begins with '/'"


def test_every_condition_of_a_match_is_written() -> None:
    match = {
        "path": {"exact": "/a"},
        "ignoreUriCase": True,
        "method": "POST",
        "headers": {"X-A": {"exact": "1"}, "x-b": {"present": True}},
        "withoutHeaders": {"x-c": {"prefix": "2"}},
        "queryParams": {"q": {"regex": "[0-9]+"}},
        "authority": {"exact": "reviews"},
        "sourceLabels": {"app": "web"},
        "sourceNamespace": "shop",
    }
    assert http_of({"routes": [{"name": "a", "match": [match]}]})[0]["match"] == [
        {
            "uri": {"exact": "/a"},
            "ignoreUriCase": True,
            "method": {"exact": "POST"},
            "headers": {"x-a": {"exact": "1"}, "x-b": {}},
            "withoutHeaders": {"x-c": {"prefix": "2"}},
            "queryParams": {"q": {"regex": "[0-9]+"}},
            "authority": {"exact": "reviews"},
            "sourceLabels": {"app": "web"},
            "sourceNamespace": "shop",
        }
    ], "a condition that is lost lets other requests in"
