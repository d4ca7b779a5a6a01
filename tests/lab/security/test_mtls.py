"""Mutual TLS: who takes plain text, by real connections."""

import pytest

from tests.lab.security.asking import CUT, past_every_sidecar
from tests.lab.security.conftest import Secured

pytestmark = pytest.mark.lab


@pytest.mark.parametrize("callee", ["secured/strict", "secured/rules", "trial/trial"])
def test_strict_refuses_plain_text(secured: Secured, callee: str) -> None:
    answer = past_every_sidecar(secured.sidecars[callee], 8080)
    assert answer.status == CUT, "without a handshake there is no connection to speak HTTP on"


def test_strict_takes_mutual_tls_and_knows_who_calls(secured: Secured) -> None:
    answer = secured.friend.ask("strict.secured:8080")
    assert answer.status == 200, answer.text
    assert "URI=spiffe://cluster.local/ns/clients/sa/friend" in answer.headers["x-forwarded-client-cert"], (
        "the certificate that istiod gave to the caller"
    )


def test_a_port_that_is_an_exception_takes_plain_text_and_mutual_tls(secured: Secured) -> None:
    plain = past_every_sidecar(secured.sidecars["secured/strict"], 9090)
    mutual = secured.friend.ask("strict.secured:9090")
    assert (plain.status, mutual.status) == (200, 200), "the port is PERMISSIVE, the rest of the workload STRICT"
    assert "x-forwarded-client-cert" not in plain.headers, "plain text tells nobody who calls"
    assert "sa/friend" in mutual.headers["x-forwarded-client-cert"], "mutual TLS is spoken wherever it can be"


def test_permissive_takes_plain_text_and_mutual_tls(secured: Secured) -> None:
    plain = past_every_sidecar(secured.sidecars["secured/walls"], 8080)
    mutual = secured.stranger.ask("walls.secured:8080")
    assert (plain.status, mutual.status) == (200, 200), "the way to move into the mesh without an outage"
    assert "sa/stranger" in mutual.headers["x-forwarded-client-cert"], "and who can, speaks mutual TLS already"
