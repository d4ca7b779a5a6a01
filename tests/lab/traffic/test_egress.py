"""The whole way of requests through an egress gateway: TLS that it begins, and TLS that passes through it."""

import ssl
from collections.abc import Iterator
from pathlib import Path

import httpx
import pytest

from lab.agent.certificates import AUTHORITY
from lab.proxy import Proxy, run_proxies
from tests.lab.own_stack import OwnStack
from tests.lab.traffic.asking import Visitor, eventually

pytestmark = pytest.mark.lab

HOST = "bank.example.org"
GATEWAY = "bankgateway.istio-egress.svc.cluster.local"
EGRESS, CALLER = "istio-egress/bankgateway", "callers/buyer-v1"


@pytest.fixture(scope="module")
def authority(stack: OwnStack) -> Path:
    """The CA of the stand-ins, which the egress gateway trusts for the bank's host."""
    found = stack.lab.layout.credentials / AUTHORITY
    created = stack.lab.kubectl(
        "create", "secret", "generic", "bank-ca", "--namespace=istio-egress", f"--from-file=ca.crt={found}"
    )
    assert created.returncode == 0, created.stderr
    return found


@pytest.fixture(scope="module")
def proxies(stack: OwnStack, authority: Path) -> dict[str, Proxy]:
    """The egress gateway, and the sidecar of a workload that calls what is behind it."""
    assert authority.exists()
    return run_proxies(stack.lab.layout, stack.lab.programs, [EGRESS, CALLER])


@pytest.fixture
def workload(proxies: dict[str, Proxy]) -> Iterator[Visitor]:
    """The workload, which speaks plain HTTP to the bank's port 80."""
    with Visitor(proxies[CALLER].listeners[80]) as somebody:
        yield somebody


def connections(proxy: Proxy, cluster: str) -> int:
    """How many connections an Envoy has opened to the hosts of one of its clusters."""
    url = f"http://127.0.0.1:{proxy.admin_port}/clusters"
    statuses = httpx.get(url, params={"format": "json"}, trust_env=False).json()["cluster_statuses"]
    hosts = [host for one in statuses if one["name"] == cluster for host in one.get("host_statuses", [])]
    return sum(int(stat.get("value", 0)) for host in hosts for stat in host["stats"] if stat["name"] == "cx_total")


def test_an_egress_gateway_begins_tls_for_plain_http_and_verifies_the_other_side(
    workload: Visitor, proxies: dict[str, Proxy]
) -> None:
    eventually(lambda: workload.ask(HOST).status_code == 200, f"{HOST} is reached")
    answer = workload.ask(HOST, "/begun").json()
    assert (answer["service"], answer["path"]) == (HOST, "/begun"), "the request came as it was asked"
    assert answer["server_name"] == HOST, "what left the mesh was TLS, for that name"
    assert connections(proxies[EGRESS], f"outbound|443|tls-origination|{HOST}"), "by the gateway"


def test_an_egress_gateway_passes_tls_through_that_the_workload_begins(
    proxies: dict[str, Proxy], authority: Path
) -> None:
    context = ssl.create_default_context(cafile=authority)

    def answered() -> httpx.Response:
        with httpx.Client(verify=context, trust_env=False, headers={"Host": HOST}) as client:
            url = f"https://127.0.0.1:{proxies[CALLER].listeners[443]}/passed"
            return client.get(url, extensions={"sni_hostname": HOST})

    eventually(lambda: answered().status_code == 200, f"{HOST} is reached")
    assert answered().json()["server_name"] == HOST, "the workload's own TLS ends at the other side alone"
    assert connections(proxies[EGRESS], f"outbound|443||{HOST}"), "by the gateway"
    assert connections(proxies[CALLER], f"outbound|443||{GATEWAY}"), "and not past it"


def test_an_egress_gateway_takes_no_plain_text_for_what_it_begins_tls_for(proxies: dict[str, Proxy]) -> None:
    ended = (httpx.RemoteProtocolError, httpx.ReadError)  # Envoy may reset the connection as well as close it.
    with Visitor(proxies[EGRESS].listeners[80]) as outsider, pytest.raises(ended):
        outsider.ask(HOST)
