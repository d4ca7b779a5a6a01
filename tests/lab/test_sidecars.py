"""Sidecars on the lab: what a workload sends and gets, through two real Envoys with certificates of istiod."""

import socket
from collections.abc import Callable, Generator, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager

import httpx
import pytest

from lab.agent.behaviour import Behaviour
from lab.agent.certificates import AUTHORITY
from lab.agent.control import StandInControl
from lab.parts import api_certificate
from lab.proxy import Proxy, run_proxy
from lab.readiness import wait_until
from tests.lab.conftest import Lab
from tests.lab.sidecar_objects import (
    DATABASE,
    ONE_AT_A_TIME,
    ONLY_PRODUCTPAGE,
    ORIGINATION,
    OUTSIDE,
    RETRIES,
    ROUTE,
    STRICT,
)

pytestmark = pytest.mark.lab

SECONDS = 30.0
CALLER = "spiffe://cluster.local/ns/bookinfo/sa/bookinfo-productpage"


@pytest.fixture(scope="module")
def productpage(dev: Lab) -> Proxy:
    """The sidecar of the workload that sends."""
    return run_proxy(dev.layout, dev.programs, "bookinfo/productpage-v1")


@pytest.fixture(scope="module")
def details(dev: Lab, productpage: Proxy) -> Proxy:
    """The sidecar of a workload that gets requests, once that of the sender knows it."""
    proxy = run_proxy(dev.layout, dev.programs, "bookinfo/details-v1")
    eventually(lambda: CALLER in said(ask(productpage, "details:9080")).get("x-forwarded-client-cert", ""))
    return proxy


@pytest.fixture
def stand_ins(dev: Lab) -> Iterator[StandInControl]:
    """Control of the stand-ins, with nothing set or counted before and after."""
    with StandInControl(dev.layout) as control:
        yield control


def ask(proxy: Proxy, host: str, path: str = "/", timeout: float = SECONDS) -> httpx.Response:
    """What the workload of a sidecar is answered by HOST:PORT."""
    port = int(host.rpartition(":")[2])
    url = f"http://127.0.0.1:{proxy.listeners[port]}{path}"
    return httpx.get(url, headers={"Host": host}, timeout=timeout, trust_env=False)


def said(answer: httpx.Response) -> dict[str, str]:
    """The headers that a stand-in says it got."""
    assert answer.status_code == 200, answer.text
    return {name.lower(): value for name, value in answer.json()["headers"].items()}


def eventually(condition: Callable[[], bool]) -> None:
    """Wait for what istiod's pushes bring about."""

    def holds() -> bool:
        try:
            return condition()
        except (httpx.HTTPError, KeyError, AssertionError):  # A listener that is not there yet, or drains.
            return False

    assert wait_until(holds, SECONDS), f"it did not come about within {SECONDS:.0f} s"


@contextmanager
def applied(lab: Lab, manifest: str) -> Generator[None]:
    """An object of the cluster for the time of the block."""
    done = lab.kubectl("apply", "--filename=-", stdin=manifest)
    try:
        assert done.returncode == 0, done.stderr
        yield
    finally:
        lab.kubectl("delete", "--filename=-", "--ignore-not-found", stdin=manifest)


def again(lab: Lab, proxy: Proxy) -> Proxy:
    """The same proxy with the listeners that it has by now."""
    return run_proxy(lab.layout, lab.programs, proxy.name)


def test_a_workload_without_a_running_sidecar_is_reached_through_the_senders(productpage: Proxy) -> None:
    answer = ask(productpage, "ratings:9080", "/ratings/0")
    assert (answer.json()["service"], answer.headers["server"]) == ("ratings", "envoy"), "the Host decides who answers"


def test_two_sidecars_speak_mutual_tls_with_the_identities_of_their_workloads(
    productpage: Proxy, details: Proxy
) -> None:
    shown = said(ask(productpage, "details:9080"))["x-forwarded-client-cert"]
    assert "By=spiffe://cluster.local/ns/bookinfo/sa/bookinfo-details;" in shown, "details shows its own certificate"
    assert f"URI={CALLER}" in shown, "and knows by the sender's who asks"
    assert 9080 in details.inbound, "it listens where the Service sends to"


def test_plain_text_is_refused_while_mutual_tls_is_strict(dev: Lab, productpage: Proxy, details: Proxy) -> None:
    plain = f"http://127.0.0.1:{details.inbound[9080]}/"

    def refused() -> bool:
        try:
            httpx.get(plain, trust_env=False)
        except (httpx.ReadError, httpx.RemoteProtocolError):
            return True
        return False

    assert httpx.get(plain, trust_env=False).status_code == 200, "the demo profile is permissive"
    with applied(dev, STRICT):
        eventually(refused)
        assert ask(productpage, "details:9080").status_code == 200, "who has a certificate goes on"


def test_an_authorization_policy_decides_by_identity_port_and_path(
    dev: Lab, productpage: Proxy, details: Proxy
) -> None:
    with applied(dev, ONLY_PRODUCTPAGE):
        eventually(lambda: ask(productpage, "details:9080", "/other").status_code == 403)
        assert ask(productpage, "details:9080", "/details/0").status_code == 200, "caller, port and path are allowed"
        plain = httpx.get(f"http://127.0.0.1:{details.inbound[9080]}/details/0", trust_env=False)
        assert plain.status_code == 403, "who shows no certificate is nobody"


def test_retries_are_counted_where_they_arrive(dev: Lab, productpage: Proxy, stand_ins: StandInControl) -> None:
    with applied(dev, RETRIES):

        def third_time() -> bool:
            stand_ins.forget()
            stand_ins.behave(Behaviour(status=500, times=2), service="ratings")
            return ask(productpage, "ratings:9080").status_code == 200

        eventually(third_time)
        assert stand_ins.count(service="ratings") == 3, "two that failed, and the retry that did not"


def test_requests_that_are_held_fill_a_connection_pool(dev: Lab, productpage: Proxy, stand_ins: StandInControl) -> None:
    with applied(dev, ONE_AT_A_TIME), ThreadPoolExecutor() as pool:
        stand_ins.behave(Behaviour(hold=True), service="ratings")

        def one_of_three_is_refused() -> bool:
            three = [pool.submit(ask, productpage, "ratings:9080", timeout=1) for _ in range(3)]
            answers = [one.result() for one in three if one.exception() is None]
            return [one.headers.get("x-envoy-overloaded") for one in answers] == ["true"]

        eventually(one_of_three_is_refused)


def test_a_host_outside_the_mesh_is_played_under_its_name(dev: Lab, productpage: Proxy) -> None:
    with applied(dev, OUTSIDE):
        eventually(lambda: ask(again(dev, productpage), "api.example.com:8765").json()["service"] == "api.example.com")


def test_tls_is_originated_to_a_host_outside_the_mesh_and_its_certificate_verified(
    dev: Lab, productpage: Proxy
) -> None:
    rule = ORIGINATION.format(authority=dev.layout.credentials / AUTHORITY)
    with applied(dev, OUTSIDE), applied(dev, rule):
        host = "api.example.com:8765"
        eventually(lambda: ask(again(dev, productpage), host).json()["server_name"] == "api.example.com")
    with applied(dev, OUTSIDE), applied(dev, ORIGINATION.format(authority=api_certificate(dev.layout))):
        eventually(lambda: "CERTIFICATE_VERIFY_FAILED" in ask(again(dev, productpage), host).text)


def test_a_host_that_nobody_registered_is_reached_while_the_mesh_allows_any(productpage: Proxy) -> None:
    answer = ask(productpage, "unregistered.example.com:80")
    assert answer.json()["service"] == "PassthroughCluster", "the demo profile lets requests out"


def test_a_tcp_service_is_an_echo_at_its_own_address(dev: Lab, productpage: Proxy) -> None:
    with applied(dev, DATABASE):
        query = ("get", "--namespace=bookinfo", "service/database", "--output=jsonpath={.spec.clusterIP}")
        address = f"{dev.kubectl(*query).stdout}:3306"
        eventually(lambda: address in again(dev, productpage).addresses)
        local = again(dev, productpage).addresses[address]
        with socket.create_connection(("127.0.0.1", local), timeout=10) as connection:
            connection.sendall(b"select 1")
            answer = connection.recv(1000).decode()
    assert answer.startswith("ratings-v1-"), "the pod says who it is"
    assert answer.endswith(" select 1"), answer


def test_a_route_of_gateway_api_for_a_service_is_followed(dev: Lab, productpage: Proxy) -> None:
    with applied(dev, ROUTE):
        eventually(lambda: said(ask(productpage, "details:9080")).get("x-route") == "gateway-api")
