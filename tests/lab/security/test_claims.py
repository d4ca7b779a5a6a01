"""Routes by claims: a token decides at the gateway which version answers."""

import pytest

from lab.proxy import Proxy
from tests.lab.security.asking import ask, eventually
from tests.lab.security.conftest import GATEWAY, Secured

pytestmark = pytest.mark.lab

HOST = "claims.example.com"
ISSUER = "https://edge.example.com"


@pytest.fixture(scope="module")
def gateway(secured: Secured) -> Proxy:
    """The gateway, once it serves."""
    proxy = secured.sidecars[GATEWAY]
    eventually(lambda: ask(proxy.listeners[80], HOST).status == 200, f"{HOST} is served")
    return proxy


def reached(gateway: Proxy, token: str) -> str:
    """The version that answers somebody with a token."""
    answer = ask(gateway.listeners[80], HOST, "/", {"authorization": f"Bearer {token}"})
    assert answer.status == 200, answer.text
    return answer.asked["version"]


@pytest.mark.parametrize("groups", ["testers", ["staff", "testers"]], ids=str)
def test_a_claim_leads_to_its_version(secured: Secured, gateway: Proxy, groups: object) -> None:
    token = secured.issuer.token(iss=ISSUER, groups=groups)
    assert reached(gateway, token) == "v2", "the route by claims stands before the weights"


@pytest.mark.parametrize("claims", [{"groups": "staff"}, {"groups": ["tester"]}, {"group": "testers"}, {}], ids=str)
def test_another_claim_leads_to_where_all_go(secured: Secured, gateway: Proxy, claims: dict[str, object]) -> None:
    assert reached(gateway, secured.issuer.token(iss=ISSUER, **claims)) == "v1", "it is no tester"


@pytest.mark.parametrize("headers", [{}, {"groups": "testers"}, {"@request.auth.claims.groups": "testers"}], ids=str)
def test_without_a_token_nobody_has_a_claim(gateway: Proxy, headers: dict[str, str]) -> None:
    answer = ask(gateway.listeners[80], HOST, "/", headers)
    assert answer.status == 400 or answer.asked["version"] == "v1", "a header of the caller is no claim"
