"""Policies that are attached to a Gateway of the Gateway API, which no label of the stack selects."""

import pytest

from lab.proxy import Proxy
from tests.lab.security.asking import ask, eventually
from tests.lab.security.conftest import DOOR, Secured

pytestmark = pytest.mark.lab

HOST = "door.example.com"


@pytest.fixture(scope="module")
def door(secured: Secured) -> Proxy:
    """The gateway that istiod deployed, once it serves."""
    proxy = secured.sidecars[DOOR]
    eventually(lambda: ask(proxy.listeners[80], HOST, "/").status == 200, f"{HOST} is served")
    return proxy


def test_a_policy_holds_at_the_gateway_that_it_is_attached_to(door: Proxy) -> None:
    answers = {path: ask(door.listeners[80], HOST, path).status for path in ("/shut", "/open")}
    assert answers == {"/shut": 403, "/open": 200}, "the rule names one path"


def test_a_policy_that_is_attached_to_a_gateway_holds_nowhere_else(secured: Secured) -> None:
    answer = secured.stranger.ask("edge.secured:8080", "/shut")
    assert answer.status == 200, "the service behind the gateway takes the path from others"


def test_a_gateway_that_istiod_deploys_refuses_path_parameters_that_hide_a_segment(door: Proxy) -> None:
    answer = ask(door.listeners[80], HOST, "/open/..;/shut")
    assert (answer.status, answer.text) == (403, "RBAC: access denied"), "it takes the EnvoyFilter as all gateways do"
