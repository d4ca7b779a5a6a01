"""CUSTOM: a real server that is asked before a request passes."""

import pytest

from tests.lab.security.asking import Answer
from tests.lab.security.conftest import Secured

pytestmark = pytest.mark.lab


def asked(secured: Secured, path: str, ticket: str | None) -> Answer:
    """What the service answers for which another server decides."""
    return secured.stranger.ask("asked.secured:8080", path, {} if ticket is None else {"x-ticket": ticket})


def test_the_server_decides_whether_a_request_passes(secured: Secured) -> None:
    good, bad = asked(secured, "/checked/1", "good"), asked(secured, "/checked/2", "bad")
    assert (good.status, bad.status) == (200, 403), "by the header that it is shown"
    assert good.headers["x-checked-by"] == "ext-authz", "what it adds is told to the service"
    counts = {key: count for key, count in secured.decisions.counts.items() if key[0] in ("/checked/1", "/checked/2")}
    assert counts == {("/checked/1", 200): 1, ("/checked/2", 403): 1}, "each request is one question"


def test_what_the_policy_is_not_for_is_not_asked(secured: Secured) -> None:
    assert asked(secured, "/free", None).status == 200, "the policy names paths"
    assert not any(path == "/free" for path, _ in secured.decisions.counts), "and the server is not asked about others"


@pytest.mark.parametrize("path", ["//checked/3", "/free/../checked/3", "/free/%2e%2e/checked/3", "/%63hecked/3"])
def test_no_spelling_of_a_path_gets_past_the_server(secured: Secured, path: str) -> None:
    assert asked(secured, path, "bad").status == 403, "the server sees the path as the service would"


def test_no_path_parameter_leads_past_the_server(secured: Secured) -> None:
    answer = asked(secured, "/free/..;/checked/5", "bad")
    assert (answer.status, answer.text) == (403, "RBAC: access denied"), "before anybody is asked"
    assert not any(path.endswith("/checked/5") for path, _ in secured.decisions.counts), "nor has the server to know it"


def test_a_server_that_speaks_grpc_decides_too(secured: Secured) -> None:
    host = "edge.secured:8080"
    asked = {ticket: secured.stranger.ask(host, "/checked/6", {"x-ticket": ticket}) for ticket in ("good", "bad")}
    assert {ticket: answer.status for ticket, answer in asked.items()} == {"good": 200, "bad": 403}
    assert secured.stranger.ask(host, "/free").status == 200, "and what the policy is not for, it is not asked about"


def test_a_caller_does_not_answer_for_the_server(secured: Secured) -> None:
    answer = secured.stranger.ask("asked.secured:8080", "/checked/4", {"x-checked-by": "ext-authz"})
    assert answer.status == 403, "what the server adds is no proof that it was asked"
