"""JSON web tokens: which are taken, and what a caller cannot claim without one."""

import time
from typing import Any

import pytest

from tests.lab.security.asking import Answer
from tests.lab.security.conftest import Secured
from tests.lab.security.tokens import Issuer

pytestmark = pytest.mark.lab


def asked(secured: Secured, token: str | None, path: str = "/", **headers: str) -> Answer:
    """What the service that wants tokens answers."""
    carried = {} if token is None else {"authorization": f"Bearer {token}"}
    return secured.stranger.ask("tokens.secured:8080", path, {**carried, **headers})


def test_a_good_token_is_taken_and_its_subject_told_to_the_service(secured: Secured) -> None:
    answer = asked(secured, secured.issuer.token())
    assert answer.status == 200, answer.text
    assert answer.headers["x-jwt-sub"] == "alice", "the claim as a header"
    assert "authorization" not in answer.headers, "the token itself is not for the service"


@pytest.mark.parametrize(
    ("claims", "status", "why"),
    [
        ({"exp": int(time.time()) - 3600}, 401, "Jwt is expired"),
        ({"nbf": int(time.time()) + 3600}, 401, "Jwt not yet valid"),
        ({"aud": "another"}, 403, "Audiences in Jwt are not allowed"),
        ({"iss": "https://evil.example.com"}, 401, "Jwt issuer is not configured"),
    ],
    ids=["expired", "not valid yet", "for another audience", "of another issuer"],
)
def test_a_token_that_is_not_for_here_and_now_is_refused(
    secured: Secured, claims: dict[str, Any], status: int, why: str
) -> None:
    answer = asked(secured, secured.issuer.token(**claims))
    assert (answer.status, answer.text) == (status, why), "Envoy says what is wrong with it"


def test_a_token_signed_by_somebody_else_is_refused(secured: Secured) -> None:
    answer = asked(secured, Issuer().token())
    assert (answer.status, answer.text) == (401, "Jwt verification fails"), "the key in the stack file decides"


def test_a_token_that_says_it_needs_no_signature_is_refused(secured: Secured) -> None:
    _, body, _ = secured.issuer.token().split(".")
    answer = asked(secured, f"eyJhbGciOiJub25lIn0.{body}.")
    assert answer.status == 401, f"the algorithm 'none' is an attack: {answer.text}"


def test_no_token_is_refused_where_one_is_required(secured: Secured) -> None:
    answer = asked(secured, None)
    assert (answer.status, answer.text) == (403, "RBAC: access denied"), "authentication alone would let it pass"


def test_no_token_is_needed_where_none_is_required(secured: Secured) -> None:
    assert asked(secured, None, "/health").status == 200, "probes have none"


@pytest.mark.parametrize("path", ["/health/..;/orders", "/health/%2e%2e/orders", "//orders", "/health%2f..%2forders"])
def test_no_spelling_of_a_path_needs_no_token(secured: Secured, path: str) -> None:
    assert asked(secured, None, path).status in (400, 403), "only the one path is free"


def test_no_path_parameter_leads_around_a_list_of_paths_that_need_a_token(secured: Secured) -> None:
    assert secured.stranger.ask("asked.secured:8080", "/listed/1").status == 403, "what the list is for"
    answer = secured.stranger.ask("asked.secured:8080", "/free/..;/listed/1")
    assert (answer.status, answer.text) == (403, "RBAC: access denied"), "/listed/1, to a server that drops '..;'"


def test_a_header_of_the_caller_is_not_taken_for_a_claim(secured: Secured) -> None:
    with_token = asked(secured, secured.issuer.token(), **{"x-jwt-sub": "admin"})
    assert with_token.headers["x-jwt-sub"] == "alice", "the token says who it is"
    without = asked(secured, None, "/health", **{"x-jwt-sub": "admin"})
    assert "x-jwt-sub" not in without.headers, "and without a token nobody is anybody"
