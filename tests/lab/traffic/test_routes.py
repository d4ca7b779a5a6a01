"""Where requests go: weights, testers, paths, rewrites, redirects and the other words of routes."""

import pytest

from tests.lab.traffic.asking import Visitor, asked_headers, bounds, version_of

pytestmark = pytest.mark.lab

REQUESTS = 2000


def test_weights_split_requests_as_chance_allows(visitor: Visitor) -> None:
    found = visitor.versions("canary.example.com", REQUESTS)
    assert found["v1"] + found["v2"] == REQUESTS, f"each request is answered by one of the two: {found}"
    expected = bounds(REQUESTS, 0.1)
    assert found["v2"] in expected, f"of {REQUESTS} at 10 %, {expected} is what chance does in 99.9 % of all cases"


def test_testers_always_get_the_canary(visitor: Visitor) -> None:
    found = visitor.versions("canary.example.com", 200, headers={"x-canary": "true"})
    assert found == {"v2": 200}, "the header comes before the weights"


def test_a_header_that_is_nearly_that_of_testers_is_not(visitor: Visitor) -> None:
    found = visitor.versions("canary.example.com", 200, headers={"x-canary": "maybe"})
    assert found["v1"] > 0, "only the exact value makes a tester"


@pytest.mark.parametrize(
    ("path", "headers", "version"),
    [
        ("/", {}, "v1"),
        ("/", {"end-user": "jason"}, "v2"),
        ("/", {"end-user": "mary"}, "v1"),
        ("/api/v2", {}, "v2"),
        ("/api/v2/items", {}, "v2"),
        ("/api/v20", {}, "v1"),
    ],
)
def test_versions_are_chosen_by_header_and_path(
    visitor: Visitor, path: str, headers: dict[str, str], version: str
) -> None:
    found = visitor.versions("reviews.example.com", 10, path, headers)
    assert found == {version: 10}, "the first route that matches is taken, and a prefix is for whole segments"


@pytest.mark.parametrize(
    ("path", "service"),
    [
        ("/api", "api-service"),
        ("/api/users?page=2", "api-service"),
        ("/apis", "frontend-service"),
        ("/health", "health-service"),
        ("/", "frontend-service"),
        ("/about", "frontend-service"),
    ],
)
def test_services_share_a_host_by_path(visitor: Visitor, path: str, service: str) -> None:
    answer = visitor.ask("myapp.example.com", path).json()
    assert (answer["service"], answer["path"]) == (service, path), "each has its part of the host, and sees the path"


@pytest.mark.parametrize(
    ("asked", "seen"),
    [("/old", "/new"), ("/old/a?b=c", "/new/a?b=c"), ("/older", "/older"), ("/any/thing", "/one")],
)
def test_a_rewrite_changes_the_path_that_the_service_sees(visitor: Visitor, asked: str, seen: str) -> None:
    assert visitor.ask("pages.example.com", asked).json()["path"] == seen, (
        "callers keep their path, services get theirs"
    )


def test_a_route_that_names_no_version_goes_by_the_weights_of_its_service(visitor: Visitor) -> None:
    assert visitor.versions("pages.example.com", 20, "/headers") == {"v1": 20}, "a version without a share gets nothing"


def test_a_rewrite_changes_the_authority_that_the_service_sees(visitor: Visitor) -> None:
    answer = visitor.ask("pages.example.com", "/any")
    assert asked_headers(answer)["host"] == "inner.example.com", "the service believes that it was asked for this host"


def test_a_redirect_sends_callers_elsewhere(visitor: Visitor) -> None:
    answer = visitor.ask("pages.example.com", "/moved")
    assert (answer.status_code, answer.headers["location"]) == (308, "https://new.example.com/here"), answer.headers


def test_a_direct_response_needs_no_service(visitor: Visitor) -> None:
    answer = visitor.ask("pages.example.com", "/gone")
    assert (answer.status_code, answer.text) == (410, "gone for good"), "Envoy answers by itself"


@pytest.mark.parametrize(
    ("host", "path", "method", "version"),
    [
        ("pages.example.com", "/query?flavour=dark", "GET", "v2"),
        ("pages.example.com", "/query?flavour=light", "GET", "v1"),
        ("pages.example.com", "/method", "DELETE", "v2"),
        ("pages.example.com", "/method", "GET", "v1"),
        ("www.pages.example.com", "/", "GET", "v2"),
    ],
)
def test_query_method_and_authority_choose_a_version(
    visitor: Visitor, host: str, path: str, method: str, version: str
) -> None:
    assert version_of(visitor.ask(host, path, method=method)) == version, "everything that a match says has to hold"


def test_headers_of_requests_are_set_added_and_removed(visitor: Visitor) -> None:
    sent = {"x-set": "no", "x-removed": "here"}
    seen = asked_headers(visitor.ask("pages.example.com", "/headers", sent))
    assert (seen["x-set"], seen["x-added"]) == ("yes", "more"), seen
    assert "x-removed" not in seen, "the service never sees it"


def test_headers_of_answers_are_set(visitor: Visitor) -> None:
    assert visitor.ask("pages.example.com", "/headers").headers["x-answer"] == "set", "callers see it"


@pytest.mark.parametrize(
    ("origin", "allowed"), [("https://app.example.com", True), ("https://evil.example.com", False)]
)
def test_pages_of_the_origins_named_may_call(visitor: Visitor, origin: str, allowed: bool) -> None:
    preflight = {"origin": origin, "access-control-request-method": "GET"}
    answer = visitor.ask("pages.example.com", "/", preflight, method="OPTIONS")
    found = answer.headers.get("access-control-allow-origin")
    assert found == (origin if allowed else None), "a browser asks first, and Envoy answers"


@pytest.mark.parametrize(("path", "status"), [("/team/a", 299), ("/team/b", 298)])
def test_another_team_decides_within_its_path(visitor: Visitor, path: str, status: int) -> None:
    assert visitor.ask("pages.example.com", path).status_code == status, "the delegate's routes are followed"
