"""What happens to requests on their way: timeouts, retries, faults, mirrors, pools, ejection, hashes, HTTP/2."""

from collections import Counter
from concurrent.futures import ThreadPoolExecutor

import pytest

from lab.agent.behaviour import Behaviour
from lab.agent.control import StandInControl
from lab.proxy import Proxy
from tests.lab.traffic.asking import Visitor, bounds, eventually, version_of

pytestmark = pytest.mark.lab

ALMOST_CERTAIN = 1 - 1e-6


def test_a_service_that_is_too_slow_is_answered_for(visitor: Visitor) -> None:
    answer = visitor.ask("slow.example.com", headers={"x-lab-delay": "5"})
    assert (answer.status_code, answer.text) == (504, "upstream request timeout"), answer.text
    # Envoy's timers are a few milliseconds off.
    assert 0.45 <= answer.elapsed.total_seconds() < 4, "callers wait the 500 ms of the timeout, not the five seconds"


def test_a_service_within_its_timeout_is_waited_for(visitor: Visitor) -> None:
    assert visitor.ask("slow.example.com", headers={"x-lab-delay": "0.1"}).status_code == 200, "it has 500 ms"


def test_retries_that_fail_are_all_seen_by_the_service(visitor: Visitor, stand_ins: StandInControl) -> None:
    answer = visitor.ask("flaky.example.com", headers={"x-lab-status": "500"})
    assert (answer.status_code, stand_ins.count(service="flaky")) == (500, 4), "one request and three retries"


def test_a_retry_that_succeeds_is_the_answer(visitor: Visitor, stand_ins: StandInControl) -> None:
    stand_ins.behave(Behaviour(status=500, times=2), service="flaky")
    answer = visitor.ask("flaky.example.com")
    assert (answer.status_code, stand_ins.count(service="flaky")) == (200, 3), "callers see no failure"


def test_a_try_that_takes_too_long_is_given_up_for_the_next(visitor: Visitor, stand_ins: StandInControl) -> None:
    stand_ins.behave(Behaviour(delay=3, times=1), service="flaky")
    answer = visitor.ask("flaky.example.com")
    assert (answer.status_code, stand_ins.count(service="flaky")) == (200, 2), "each try has 300 ms"


def test_a_route_without_retries_asks_once(visitor: Visitor, stand_ins: StandInControl) -> None:
    answer = visitor.ask("flaky.example.com", "/once", {"x-lab-status": "503"})
    assert (answer.status_code, stand_ins.count(service="flaky")) == (503, 1), (
        "0 attempts are no retries, not Istio's own"
    )


def test_a_delay_is_put_in_before_the_service_is_asked(visitor: Visitor) -> None:
    late = visitor.ask("faulty.example.com", "/late")
    assert late.status_code == 200, late.text
    # Envoy's timers count from the time at which its event loop last woke up, which may be milliseconds before.
    assert late.elapsed.total_seconds() > 0.69, "the fault is for every request of its route"
    assert visitor.ask("faulty.example.com", "/").elapsed.total_seconds() < 0.69, "and for no other"


def test_an_abort_keeps_requests_from_the_service(visitor: Visitor, stand_ins: StandInControl) -> None:
    answer = visitor.ask("faulty.example.com", "/never")
    assert (answer.status_code, stand_ins.count(service="faulty")) == (418, 0), "Envoy answers by itself"


def test_an_abort_for_some_of_the_requests_is_within_chance(visitor: Visitor) -> None:
    found = Counter(one.status_code for one in visitor.answers("faulty.example.com", 400, "/half"))
    assert found[200] + found[503] == 400, found
    assert found[503] in bounds(400, 0.5, ALMOST_CERTAIN), f"of 400 at 50 %, {found[503]} were aborted"


def test_the_mirror_gets_every_request_and_the_caller_no_answer_of_it(
    visitor: Visitor, stand_ins: StandInControl
) -> None:
    stand_ins.behave(Behaviour(status=500), service="copied", version="v2")
    found = visitor.versions("copied.example.com", 100)
    assert found == {"v1": 100}, "a mirror that fails is nothing to callers"
    eventually(lambda: stand_ins.count(service="copied", version="v2") == 100, "the mirror got a copy of each")


def test_a_mirror_for_some_of_the_requests_is_within_chance(visitor: Visitor, stand_ins: StandInControl) -> None:
    visitor.versions("copied.example.com", 400, "/half")
    expected = bounds(400, 0.5, ALMOST_CERTAIN)
    eventually(lambda: stand_ins.count(service="copied", version="v2") in expected, f"{expected} copies of 400 arrived")


def test_more_than_a_pool_takes_is_refused_at_once_and_logged(
    visitor: Visitor, gateway: Proxy, stand_ins: StandInControl
) -> None:
    host, begin = "narrow.example.com", gateway.log.stat().st_size
    stand_ins.behave(Behaviour(hold=True), service="narrow")
    with ThreadPoolExecutor(6) as pool:
        first = pool.submit(visitor.ask, host, "/held/0")
        eventually(
            lambda: sum(one["held"] for one in stand_ins.requests(service="narrow")) == 1, "the only connection is busy"
        )
        others = [pool.submit(visitor.ask, host, f"/held/{index}") for index in range(1, 6)]
        # One waits. Another one may get a connection, because each thread of Envoy may open one whatever the limit is.
        eventually(lambda: sum(one.done() for one in others) >= 3, "what does not fit is answered")
        stand_ins.behave(None, service="narrow")
        answers = [one.result() for one in (first, *others)]
    refused = [one for one in answers if one.status_code == 503]
    assert 3 <= len(refused) <= 4, "one connection, and one request that waits for it"
    assert {one.headers.get("x-envoy-overloaded") for one in refused} == {"true"}, "Envoy says why"
    logged = {"UO": len(refused), "-": 6 - len(refused)}
    eventually(lambda: _flags(gateway, "/held/", begin) == logged, f"the access log tells of {len(refused)} overflows")


def _flags(gateway: Proxy, path: str, begin: int) -> Counter[str]:
    """The response flags of requests in the access log from here on: in Istio's format, behind request and status."""
    lines = gateway.log.read_bytes()[begin:].decode().splitlines()
    return Counter(line.split('" ')[1].split()[1] for line in lines if path in line)


def test_a_pod_that_fails_is_ejected_and_returns(visitor: Visitor, stand_ins: StandInControl) -> None:
    host = "ejected.example.com"
    assert set(visitor.versions(host, 20)) == {"v1", "v2"}, "both pods take part"
    stand_ins.behave(Behaviour(status=500), service="ejected", version="v2")
    failed = [visitor.ask(host).status_code for _ in range(40)].count(500)
    # One or two are on their way before it is known. On a slow machine the pod is back after 3 s, and out again.
    assert 3 <= failed <= 10, f"after three failures in a row nothing goes there, and {failed} of 40 failed"
    stand_ins.behave(None, service="ejected", version="v2")
    eventually(lambda: version_of(visitor.ask(host)) == "v2", "it gets requests again")


def test_requests_of_one_user_go_to_one_pod(visitor: Visitor) -> None:
    found = {
        user: set(visitor.versions("sticky.example.com", 5, headers={"x-user": f"user-{user}"})) for user in range(40)
    }
    assert all(len(pods) == 1 for pods in found.values()), f"the header decides: {found}"
    everybody = {pod for pods in found.values() for pod in pods}
    assert everybody == {"v1", "v2", "v3"}, "and users are spread over all pods"


def test_requests_with_one_value_of_a_parameter_go_to_one_pod(visitor: Visitor) -> None:
    found = {user: set(visitor.versions("by-parameter.example.com", 5, f"/?user={user}")) for user in range(40)}
    assert all(len(pods) == 1 for pods in found.values()), f"the parameter decides: {found}"
    assert {pod for pods in found.values() for pod in pods} == {"v1", "v2", "v3"}, "and users are spread over all pods"


def test_who_comes_without_a_cookie_gets_one_and_stays_with_the_pod_that_answered(
    visitor: Visitor, gateway: Proxy
) -> None:
    host, pods = "by-cookie.example.com", set[str]()
    for _ in range(20):
        with Visitor(gateway.listeners[80]) as newcomer:  # Envoy makes the cookie from the connection's address.
            first = newcomer.ask(host)
        cookie = first.headers["set-cookie"].partition(";")[0]
        assert cookie.startswith("visitor="), "Envoy makes the cookie that is missing"
        assert visitor.versions(host, 5, headers={"cookie": cookie}) == {version_of(first): 5}, "and knows it again"
        pods.add(version_of(first))
    assert len(pods) > 1, "newcomers are spread"


def test_requests_without_the_header_of_a_hash_are_spread(visitor: Visitor) -> None:
    assert len(visitor.versions("sticky.example.com", 60)) > 1, "stickiness above is due to the header"


@pytest.mark.parametrize(("host", "protocol"), [("upgraded.example.com", "HTTP/2"), ("sticky.example.com", "HTTP/1.1")])
def test_pods_are_spoken_to_by_http2_where_connections_are_upgraded(visitor: Visitor, host: str, protocol: str) -> None:
    found = Counter(one.json()["protocol"] for one in visitor.answers(host, 40))
    assert found == {protocol: 40}, "the visitor speaks HTTP/1.1, and the Service's port is named http"
