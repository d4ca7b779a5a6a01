"""What comes from outside, through a gateway: tokens at the edge, and what a stranger says about itself."""

import time
from typing import Any

import pytest

from lab.proxy import Proxy
from tests.lab.security.asking import Answer, ask, eventually
from tests.lab.security.conftest import GATEWAY, Secured

pytestmark = pytest.mark.lab

HOST = "edge.example.com"
EDGE = "https://edge.example.com"
FRIEND = "spiffe://cluster.local/ns/clients/sa/friend"


@pytest.fixture(scope="module")
def gateway(secured: Secured) -> Proxy:
    """The gateway, once it serves."""
    proxy = secured.sidecars[GATEWAY]
    eventually(lambda: ask(proxy.listeners[80], HOST, "/open").status == 200, f"{HOST} is served")
    return proxy


def outside(gateway: Proxy, path: str, token: str | None = None, **headers: str) -> Answer:
    """What somebody outside is answered."""
    carried = {} if token is None else {"authorization": f"Bearer {token}"}
    return ask(gateway.listeners[80], HOST, path, {**carried, **headers})


@pytest.mark.parametrize(
    ("claims", "status"),
    [
        ({}, 200),
        ({"exp": int(time.time()) - 3600}, 401),
        ({"aud": "another"}, 403),
        ({"iss": "https://login.example.com"}, 401),
    ],
    ids=["good", "expired", "for another audience", "of the issuer of another workload"],
)
def test_a_token_is_judged_at_the_edge(secured: Secured, gateway: Proxy, claims: dict[str, Any], status: int) -> None:
    answer = outside(gateway, "/orders", secured.issuer.token(**{"iss": EDGE, **claims}))
    assert answer.status == status, answer.text


@pytest.mark.parametrize(
    "path", ["/orders", "//orders", "/open/../orders", "/open/%2e%2e/orders", "/open/..;/orders", "/open%2f..%2forders"]
)
def test_without_a_token_only_the_open_paths_are_reached(gateway: Proxy, path: str) -> None:
    assert outside(gateway, "/open").status == 200, "what needs no token"
    assert outside(gateway, path).status in (400, 403, 404), "and no spelling makes something else of it"


@pytest.mark.parametrize("path", ["/open/..;/orders", "/;/orders", "/nowhere/.;x/orders"])
def test_a_gateway_itself_refuses_path_parameters_that_hide_a_segment(
    secured: Secured, gateway: Proxy, path: str
) -> None:
    answer = outside(gateway, path, secured.issuer.token(iss=EDGE))
    assert (answer.status, answer.text) == (403, "RBAC: access denied"), "a good token makes no difference"


@pytest.mark.parametrize("host", [f"{HOST}:80", f"{HOST}:8443", HOST.upper(), f"{HOST.upper()}:80"])
def test_no_spelling_of_the_host_needs_no_token(gateway: Proxy, host: str) -> None:
    assert ask(gateway.listeners[80], host, "/open").status == 200, "the host is served under this name too"
    assert ask(gateway.listeners[80], host, "/orders").status == 403, "the port is what the caller writes"


def test_a_claim_is_not_taken_from_a_header_of_the_caller(secured: Secured, gateway: Proxy) -> None:
    with_token = outside(gateway, "/orders", secured.issuer.token(iss=EDGE), **{"x-jwt-sub": "admin"})
    assert with_token.headers["x-jwt-sub"] == "alice", "the token says who it is"
    assert "x-jwt-sub" not in outside(gateway, "/open", **{"x-jwt-sub": "admin"}).headers, "and without one, nobody"


def test_a_certificate_is_not_taken_from_a_header_of_the_caller(gateway: Proxy) -> None:
    answer = outside(gateway, "/open", **{"x-forwarded-client-cert": f"By=spiffe://x;URI={FRIEND}"})
    assert answer.status == 200, answer.text
    told = answer.headers["x-forwarded-client-cert"]
    assert FRIEND not in told, "workloads read this header, and outside nobody has an identity of the mesh"
    assert "/ns/istio-ingress/" in told, "what comes through the gateway is the gateway's"


@pytest.mark.parametrize(
    "headers",
    [
        {"x-forwarded-for": "203.0.113.9"},
        {"x-envoy-external-address": "203.0.113.9"},
        {"x-forwarded-for": "203.0.113.9, 203.0.113.9", "x-envoy-internal": "true", "x-real-ip": "203.0.113.9"},
        {"forwarded": "for=203.0.113.9"},
    ],
    ids=", ".join,
)
def test_an_address_is_not_taken_from_a_header_of_the_caller(gateway: Proxy, headers: dict[str, str]) -> None:
    assert outside(gateway, "/home").status == 200, "this range is where the lab's requests come from"
    assert outside(gateway, "/office", **headers).status == 403, "no proxy before the gateway is trusted"
    assert outside(gateway, "/home", **headers).status == 200, "the address is that of the connection"
