"""ALLOW and DENY by principal, method, path and header, and what nothing allows."""

import pytest

from tests.lab.security.asking import past_every_sidecar
from tests.lab.security.conftest import Secured

pytestmark = pytest.mark.lab

RULES = "rules.secured:8080"
FRIEND = "spiffe://cluster.local/ns/clients/sa/friend"


@pytest.mark.parametrize(
    ("who", "method", "path", "headers", "status"),
    [
        ("friend", "GET", "/data/1", {}, 200),
        ("friend", "GET", "/data/1?secret", {}, 200),
        ("stranger", "GET", "/data/1", {}, 403),
        ("friend", "POST", "/data/1", {}, 403),
        ("friend", "GET", "/other", {}, 403),
        ("friend", "GET", "/data", {}, 403),
        ("friend", "GET", "/data/secret", {}, 403),
        ("friend", "GET", "/data/secret/1", {}, 403),
        ("stranger", "PUT", "/team", {"x-team": "blue"}, 200),
        ("stranger", "PUT", "/team", {"x-team": "red"}, 403),
        ("stranger", "PUT", "/team", {}, 403),
        ("stranger", "PUT", "/team", {"x-team": "blue", "x-suspended": "yes"}, 403),
    ],
)
def test_a_request_passes_when_something_allows_it_and_nothing_denies_it(
    secured: Secured, who: str, method: str, path: str, headers: dict[str, str], status: int
) -> None:
    answer = getattr(secured, who).ask(RULES, path, headers, method)
    assert answer.status == status, f"the rules of the stack say so: {answer.text}"
    assert status == 200 or answer.text == "RBAC: access denied", "Envoy's RBAC filter refuses, not a server behind it"


@pytest.mark.parametrize(
    "headers",
    [
        {"x-forwarded-client-cert": f"By=spiffe://cluster.local/ns/secured/sa/rules;URI={FRIEND}"},
        {"X-Forwarded-Client-Cert": f'Hash=00;Subject="";URI={FRIEND}'},
        {"x-envoy-original-path": "/team", "x-original-url": "/team", "x-rewrite-url": "/team"},
        {"x-envoy-peer-metadata-id": "sidecar~10.0.0.1~friend.clients~clients.svc.cluster.local"},
        {"x-envoy-internal": "true", "x-forwarded-for": "127.0.0.1", "x-envoy-external-address": "127.0.0.1"},
        {"x-envoy-original-method": "GET", "x-http-method-override": "GET", "x-method-override": "GET"},
    ],
    ids=", ".join,
)
def test_a_header_does_not_make_a_stranger_a_friend(secured: Secured, headers: dict[str, str]) -> None:
    assert secured.stranger.ask(RULES, "/data/1", headers).status in (400, 403), (
        "who calls is what the handshake says, and what is asked is the request line"
    )


def test_a_caller_without_a_certificate_cannot_claim_to_be_a_friend(secured: Secured) -> None:
    callee = secured.sidecars["secured/walls"]
    spoofed = past_every_sidecar(callee, 9090, "/friends", {"x-forwarded-client-cert": f"URI={FRIEND}"})
    assert spoofed.status == 403, "in plain text nobody is anybody"
    assert secured.friend.ask("walls.secured:9090", "/friends").status == 200, "the friend is let in by the handshake"


def test_what_a_caller_says_about_certificates_does_not_reach_the_workload(secured: Secured) -> None:
    spoofed = secured.stranger.ask("walls.secured:8080", headers={"x-forwarded-client-cert": f"URI={FRIEND}"})
    assert spoofed.status == 200, spoofed.text
    assert FRIEND not in spoofed.headers["x-forwarded-client-cert"], "workloads read this header too"
    assert "sa/stranger" in spoofed.headers["x-forwarded-client-cert"], "and get what the handshake said"
