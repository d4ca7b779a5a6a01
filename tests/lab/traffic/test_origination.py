"""TLS that a sidecar begins for a workload that speaks plain HTTP."""

from collections.abc import Iterator

import pytest

from lab.agent.behaviour import Behaviour
from lab.agent.control import StandInControl
from lab.proxy import run_proxy
from tests.lab.own_stack import OwnStack
from tests.lab.traffic.asking import Visitor, asked_headers, eventually

pytestmark = pytest.mark.lab


@pytest.fixture(scope="module")
def workload(stack: OwnStack) -> Iterator[Visitor]:
    """What a workload with a sidecar sends to port 80 of anybody."""
    proxy = run_proxy(stack.lab.layout, stack.lab.programs, "callers/unscoped-v1")
    with Visitor(proxy.listeners[80]) as somebody:
        eventually(lambda: somebody.ask("payments.example.org").status_code == 200, "payments.example.org answers")
        yield somebody


@pytest.mark.parametrize(
    ("host", "name"),
    [("payments.example.org", "payments.example.org"), ("other-name.example.org", "vhost.example.org")],
)
def test_plain_http_arrives_as_https_under_the_name_of_the_handshake(workload: Visitor, host: str, name: str) -> None:
    said = workload.ask(host, "/pay")
    assert said.status_code == 200, said.text
    assert (said.json()["service"], said.json()["server_name"]) == (host, name), "TLS asks for the host, or for `sni`"
    assert asked_headers(said)["host"] == host, "the request itself stays as it was"


def test_a_certificate_for_another_name_is_refused(workload: Visitor, stand_ins: StandInControl) -> None:
    answer = workload.ask("misnamed.example.org")
    assert answer.status_code == 503, answer.text
    assert "CERTIFICATE_VERIFY_FAILED" in answer.text, "the handshake fails"
    assert stand_ins.count(service="misnamed.example.org") == 0, "and nothing is sent"


def test_a_certificate_of_an_unknown_authority_is_refused(workload: Visitor, stand_ins: StandInControl) -> None:
    # Nobody has called this host before: a connection that is open would be used again without a handshake.
    host = "stranger.example.org"
    stand_ins.behave(Behaviour(stranger=True), service=host)
    answer = workload.ask(host)
    assert answer.status_code == 503, answer.text
    assert "CERTIFICATE_VERIFY_FAILED" in answer.text, "the name is right, and it is nobody whom the system knows"
    stand_ins.behave(None, service=host)
    assert workload.ask(host).status_code == 200, "the same host with a certificate that is trusted"
