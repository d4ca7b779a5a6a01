"""The agent's doors: CONNECT over the unix socket and the directory over loopback, with real sockets."""

import http.client
import json
import socket
import threading
from collections.abc import Iterator
from pathlib import Path

import httpx
import pytest

from lab.agent.behaviour import Behaviour
from lab.agent.control import StandInControl
from lab.agent.directory import Directory
from lab.agent.istiod import IstiodSupervisor
from lab.agent.server import Doors
from lab.agent.sidecars import Sidecars
from lab.agent.stand_ins import StandIns
from lab.agent.workloads import Revision
from lab.kube_api import KubeApi
from lab.layout import LabLayout
from tests.lab_unit.api_server import ApiServer


class OneIstiod(IstiodSupervisor):
    """A supervisor that plays each of istiod's ports by the same server."""

    def __init__(self, layout: LabLayout, api: KubeApi, plays: int) -> None:
        super().__init__(layout, Path("istiod"), api)
        self.plays = plays

    def port(self, revision: Revision, container_port: int) -> int | None:
        """The loopback port."""
        return None if super().port(revision, container_port) is None else self.plays


@pytest.fixture
def istiod() -> Iterator[socket.socket]:
    """A listening socket that stands for istiod's webhook port."""
    with socket.create_server(("127.0.0.1", 0)) as listener:
        listener.settimeout(10)
        yield listener


@pytest.fixture
def doors(
    layout: LabLayout, api: KubeApi, server: ApiServer, istiod: socket.socket, monkeypatch: pytest.MonkeyPatch
) -> Iterator[Doors]:
    """The agent's servers, in the lab's folder, for a cluster with istiod's Service."""
    monkeypatch.chdir(layout.root)
    monkeypatch.setattr("lab.agent.server._POLL_SECONDS", 0.005)  # So that the test ends quickly.
    ports = [{"port": 443, "targetPort": 15017}, {"port": 15014}, {"port": 80, "targetPort": "http"}]
    server.put_service("istiod", "10.96.0.7", namespace="istio-system", selector={"app": "istiod"}, ports=ports)
    server.put_service("other", "10.96.0.8", selector={"app": "other"}, ports=[{"port": 443}])
    plays = OneIstiod(layout, api, istiod.getsockname()[1])
    doors = Doors(Directory(layout, api, plays, StandIns(layout), Sidecars(layout)))
    yield doors
    doors.close()


def connect(address: str, path: str = "agent.sock") -> tuple[socket.socket, str]:
    """Ask for a tunnel as the API server does; returns the connection and the head of the answer."""
    connection = socket.socket(socket.AF_UNIX)
    connection.settimeout(10)
    connection.connect(path)
    connection.sendall(f"CONNECT {address} HTTP/1.1\r\nHost: {address}\r\n\r\n".encode())
    head = b""
    while b"\r\n\r\n" not in head and (data := connection.recv(1)):
        head += data
    return connection, head.decode()


def refusal(address: str) -> tuple[str, str]:
    """The status line and the reason with which a tunnel is refused."""
    connection, head = connect(address)
    with connection:
        return head.splitlines()[0], json.loads(connection.recv(65536))["error"]


def ask(layout: LabLayout, path: str, question: object = None) -> tuple[int, object]:
    """Ask the directory over loopback."""
    connection = http.client.HTTPConnection("127.0.0.1", layout.port("agent"), timeout=10)
    try:
        body = None if question is None else json.dumps(question)
        connection.request("GET" if body is None else "POST", path, body)
        answer = connection.getresponse()
        return answer.status, json.loads(answer.read())
    finally:
        connection.close()


@pytest.mark.usefixtures("doors")
def test_bytes_are_relayed_both_ways_to_the_process_that_plays_the_service(istiod: socket.socket) -> None:
    connection, head = connect("10.96.0.7:443")
    played, _ = istiod.accept()
    with connection, played:
        assert head.startswith("HTTP/1.1 200 "), head
        connection.sendall(b"a webhook call")
        assert played.recv(100) == b"a webhook call", "towards istiod"
        played.sendall(b"allowed")
        assert connection.recv(100) == b"allowed", "and back"


@pytest.mark.usefixtures("doors")
def test_the_end_of_one_side_is_the_end_of_the_other(istiod: socket.socket) -> None:
    connection, _ = connect("10.96.0.7:443")
    played, _ = istiod.accept()
    with connection:
        played.close()
        assert connection.recv(1) == b"", "a call that istiod dropped must not hang"


@pytest.mark.usefixtures("doors")
@pytest.mark.parametrize(
    "address",
    ["10.96.0.9:443", "10.96.0.8:443", "10.96.0.7:9999", "10.96.0.7:80", "10.96.0.7:", "[fd00::1]:443", "nonsense"],
)
def test_an_address_that_nothing_plays_is_refused(address: str) -> None:
    assert refusal(address) == ("HTTP/1.1 502 Bad Gateway", f"no process of the lab plays {address}")


@pytest.mark.usefixtures("doors")
def test_an_istiod_that_does_not_listen_is_a_bad_gateway(istiod: socket.socket) -> None:
    istiod.close()
    assert refusal("10.96.0.7:443") == ("HTTP/1.1 502 Bad Gateway", "[Errno 111] Connection refused")


@pytest.mark.usefixtures("doors")
def test_without_the_api_server_a_tunnel_is_refused_and_the_agent_lives(server: ApiServer, layout: LabLayout) -> None:
    server.down = True
    assert refusal("10.96.0.7:443")[0] == "HTTP/1.1 502 Bad Gateway", "nobody knows whose address it is"
    assert ask(layout, "/endpoint", {"address": "10.244.0.5", "port": 80})[0] == 502, "the directory says so too"
    assert ask(layout, "/healthz") == (200, {}), "the agent itself is well"


@pytest.mark.usefixtures("doors")
def test_the_socket_is_for_the_owner_only(layout: LabLayout) -> None:
    assert layout.socket.stat().st_mode & 0o777 == 0o600, "who reaches it reaches the webhooks"


def test_a_socket_that_somebody_removed_is_opened_again(doors: Doors, layout: LabLayout) -> None:
    layout.socket.unlink()
    doors.reopen_socket()
    assert refusal("10.96.0.9:443")[0] == "HTTP/1.1 502 Bad Gateway", "the API server finds its proxy again"


def test_a_socket_that_is_there_is_left_alone(doors: Doors, layout: LabLayout) -> None:
    before = layout.socket.stat().st_ino
    doors.reopen_socket()
    assert layout.socket.stat().st_ino == before, "connections must not be cut"


def test_closed_doors_leave_no_socket_behind(doors: Doors, layout: LabLayout) -> None:
    doors.reopen_socket()
    threads = threading.active_count()
    doors.close()
    assert not layout.socket.exists(), "the next agent starts with a clean folder"
    assert threading.active_count() < threads, "nothing serves any more"


@pytest.mark.usefixtures("doors")
def test_a_pods_port_is_played_by_a_stand_in(server: ApiServer, layout: LabLayout) -> None:
    server.put_pod("reviews", ip="10.244.0.5")
    _, answer = ask(layout, "/endpoint", {"address": "10.244.0.5", "port": 9080})
    assert answer == {"port": layout.port("stand-in/uid-reviews:9080"), "sidecar": False}, "the same for the lab's life"


@pytest.mark.usefixtures("doors")
def test_an_address_without_a_pod_has_no_port(layout: LabLayout) -> None:
    assert ask(layout, "/endpoint", {"address": "10.244.9.9", "port": 80}) == (200, {"port": 0, "sidecar": False})


@pytest.mark.usefixtures("doors")
def test_the_port_behind_a_sidecar_is_that_of_the_stand_in(server: ApiServer, layout: LabLayout) -> None:
    server.put_pod("reviews", ip="10.244.0.5")
    answer = ask(layout, "/stand-in", {"address": "10.244.0.5", "port": 9080})
    assert answer == (200, {"port": layout.port("stand-in/uid-reviews:9080")}), "a sidecar must not be sent to itself"


def listener(address: str = "0.0.0.0", direction: str = "outbound") -> dict[str, object]:  # noqa: S104 - asked for
    """The bridge's question for a listener."""
    return {"proxy": "shop/cart", "direction": direction, "address": address, "port": 80}


@pytest.mark.usefixtures("doors")
def test_a_listener_of_a_proxy_keeps_its_port(layout: LabLayout) -> None:
    first = ask(layout, "/listener", listener())
    assert first == (200, {"port": layout.port("shop/cart:80")}), "the book of the lab holds it"
    assert ask(layout, "/listener", listener()) == first, "a push must not move Envoy's listener"


@pytest.mark.usefixtures("doors")
def test_listeners_with_the_same_port_are_told_apart(layout: LabLayout) -> None:
    questions = (listener(), listener("10.96.0.1"), listener("10.96.0.2"), listener(direction="inbound"))
    ports = [str(ask(layout, "/listener", question)) for question in questions]
    assert len(set(ports)) == 4, "a TCP Service has a listener at its own address, and the pod's port is another thing"
    assert ask(layout, "/listener", listener("::")) == ask(layout, "/listener", listener()), (
        "any address is any address"
    )


@pytest.mark.usefixtures("doors")
def test_no_sidecars_are_told_as_none(layout: LabLayout) -> None:
    assert ask(layout, "/sidecars", {"proxy": "shop/cart"}) == (200, {"sidecars": ""})


@pytest.mark.usefixtures("doors")
def test_a_behaviour_that_does_not_exist_is_refused_with_the_reason(layout: LabLayout) -> None:
    status, body = ask(layout, "/stand-ins/behave", {"select": {}, "behaviour": {"state": 500}})
    assert (status, body) == (
        400,
        {"error": "state 500: Extra inputs are not permitted. See 'Stand-ins' in docs/lab.md for what there is."},
    ), "a test with a slip of the pen must not pass"


@pytest.mark.usefixtures("doors")
def test_what_a_test_sets_and_reads_goes_through_the_agent(server: ApiServer, layout: LabLayout) -> None:
    server.put_pod("cart-1", ip="10.244.0.5", labels={"app": "cart", "version": "v1"})
    _, played = ask(layout, "/endpoint", {"address": "10.244.0.5", "port": 80})
    assert isinstance(played, dict)
    url = f"http://127.0.0.1:{played['port']}/buy"
    with StandInControl(layout) as control:
        control.behave(Behaviour(status=503), service="cart", version="v1")
        assert httpx.get(url, trust_env=False).status_code == 503, "as it was told"
        control.behave(None, service="cart", version="v1")
        assert httpx.get(url, trust_env=False).status_code == 200, "told nothing, it answers"
        assert control.requests(pod="cart-1")[0]["paths"] == {"/buy": 2}, "what arrived is counted by path"
        assert (control.count(service="cart"), control.count(service="other")) == (2, 0), "by who was asked"
    assert control.requests() == [], "the next test begins anew"


@pytest.mark.usefixtures("doors")
def test_another_question_is_not_found(layout: LabLayout) -> None:
    assert ask(layout, "/other", {}) == (404, {}), "only what Envoys' bridges and tests ask is answered"
