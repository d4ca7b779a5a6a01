"""Small servers that stand for pods."""

import pytest

from lab.agent.stand_ins import StandIns
from lab.kube_api import KubeApi
from lab.layout import LabLayout
from tests.lab_unit.agent.loopback import request
from tests.lab_unit.api_server import ApiServer

LABELS = {"app": "reviews", "version": "v2"}


@pytest.fixture
def port(layout: LabLayout, server: ApiServer, api: KubeApi) -> int:
    """The port of a stand-in for a pod of reviews v2."""
    server.put_pod("reviews-1", namespace="bookinfo", ip="10.244.0.5", labels=LABELS)
    port = StandIns(layout).port(api, "10.244.0.5", 9080)
    assert port is not None, "the pod has this address"
    return port


def test_a_stand_in_says_which_pod_it_is_and_what_it_was_asked(port: int) -> None:
    answer = request(port, "/reviews/1?full=yes", headers={"end-user": "jason"})
    body = answer.json()
    assert body.pop("headers")["end-user"] == "jason", "routes by header can be told apart"
    assert body == {
        "service": "reviews",
        "version": "v2",
        "pod": "reviews-1",
        "namespace": "bookinfo",
        "method": "GET",
        "path": "/reviews/1?full=yes",
        "protocol": "HTTP/1.1",
        "server_name": None,
    }, "a test sees where its request ended up"


@pytest.mark.parametrize("method", ["POST", "PUT", "PATCH", "DELETE", "OPTIONS"])
def test_a_stand_in_answers_every_method(port: int, method: str) -> None:
    answer = request(port, method=method, content=b"body")
    assert answer.json()["method"] == method


def test_a_head_request_gets_no_body(port: int) -> None:
    answer = request(port, method="HEAD")
    assert (answer.status_code, answer.content) == (200, b""), "the connection must stay usable"


def test_a_second_question_gets_the_same_port(layout: LabLayout, server: ApiServer, api: KubeApi) -> None:
    server.put_pod("one", ip="10.244.0.5")
    stand_ins = StandIns(layout)
    assert stand_ins.port(api, "10.244.0.5", 80) == stand_ins.port(api, "10.244.0.5", 80), "one server is enough"


def test_two_pods_and_two_ports_have_servers_of_their_own(layout: LabLayout, server: ApiServer, api: KubeApi) -> None:
    server.put_pod("one", ip="10.244.0.5")
    server.put_pod("two", ip="10.244.0.6")
    stand_ins = StandIns(layout)
    asked = [("10.244.0.5", 80), ("10.244.0.5", 81), ("10.244.0.6", 80)]
    assert len({stand_ins.port(api, address, port) for address, port in asked}) == 3, "each answers for itself"


@pytest.mark.parametrize("phase", ["Succeeded", "Failed"])
def test_a_pod_that_has_ended_is_not_played(layout: LabLayout, server: ApiServer, api: KubeApi, phase: str) -> None:
    server.put_pod("job", ip="10.244.0.5")["status"]["phase"] = phase
    assert StandIns(layout).port(api, "10.244.0.5", 80) is None, "it has given its address back"


def test_a_new_agent_serves_again_what_the_one_before_it_did(
    layout: LabLayout, server: ApiServer, api: KubeApi
) -> None:
    server.put_pod("reviews-1", ip="10.244.0.5", labels=LABELS)
    promised = layout.port("stand-in/uid-reviews-1:9080")  # By an agent that was killed since.
    StandIns(layout).resume(api)
    answer = request(promised)
    assert answer.json()["pod"] == "reviews-1", "Envoys go on using the port"


def test_what_was_never_asked_for_is_not_served(layout: LabLayout, server: ApiServer, api: KubeApi) -> None:
    server.put_pod("reviews-1")
    StandIns(layout).resume(api)
    assert layout.ports() == {}, "a cluster of many pods needs no server for each"


@pytest.mark.parametrize("host", ["api.example.com", "192.0.2.77"])
def test_a_host_outside_the_cluster_is_played_under_its_name(layout: LabLayout, api: KubeApi, host: str) -> None:
    port = StandIns(layout).port(api, host, 443)
    assert port is not None, "it is played"
    answer = request(port).json()
    assert (answer["service"], answer["pod"]) == (host, ""), "a ServiceEntry's endpoint needs somebody to answer"


@pytest.mark.parametrize("address", ["127.0.0.1", "::1", "localhost", "0.0.0.0", "10.244.7.7"])  # noqa: S104 - asked for
def test_this_machine_and_addresses_of_gone_pods_are_not_played(layout: LabLayout, api: KubeApi, address: str) -> None:
    assert StandIns(layout).port(api, address, 80) is None, "the first means itself, the second nobody"


def test_a_new_agent_plays_the_hosts_of_the_one_before_it(layout: LabLayout, api: KubeApi) -> None:
    promised = layout.port("outside/fd00::7:443")
    StandIns(layout).resume(api)
    answer = request(promised)
    assert answer.json()["service"] == "fd00::7", "Envoys go on using the port"
