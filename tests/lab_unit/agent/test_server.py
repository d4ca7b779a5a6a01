"""The agent's doors: CONNECT over the unix socket and the directory over loopback, with real sockets."""

import json
import socket
import threading

import pytest

from lab.agent.server import Doors
from lab.layout import LabLayout
from tests.lab_unit.agent.conftest import ask
from tests.lab_unit.api_server import ApiServer


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
def test_another_question_is_not_found(layout: LabLayout) -> None:
    assert ask(layout, "/other", {}) == (404, {}), "only what Envoys' bridges and tests ask is answered"
