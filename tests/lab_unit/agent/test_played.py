"""One port of a stand-in, spoken to in each of its protocols over real sockets."""

import socket
import ssl
import time
from pathlib import Path

import httpx
import pytest

from lab.agent.behaviour import Behaviour, Play, Selection
from lab.agent.certificates import AUTHORITY, STRANGER, Certificates
from lab.agent.played import PlayedPort
from lab.layout import LabLayout
from tests.lab_unit.agent.loopback import request

IDENTITY = {"service": "cart", "version": "v1", "pod": "cart-1", "namespace": "shop"}


@pytest.fixture
def play() -> Play:
    """Behaviours and counts of the test."""
    return Play()


@pytest.fixture
def port(layout: LabLayout, play: Play, tmp_path: Path) -> int:
    """A stand-in's port."""
    port = layout.port("stand-in")
    PlayedPort(port, IDENTITY, play, Certificates(tmp_path), Certificates(tmp_path, STRANGER))
    return port


def get(port: int, **headers: str) -> httpx.Response:
    """Ask over HTTP."""
    sent = {name.replace("_", "-"): value for name, value in headers.items()}
    return request(port, headers=sent)


def test_the_status_that_was_asked_for_is_answered(port: int) -> None:
    answer = get(port, x_lab_status="503")
    assert (answer.status_code, answer.json()["pod"]) == (503, "cart-1"), "and still tells who failed"


@pytest.mark.parametrize("status", ["204", "304"])
def test_an_answer_that_has_no_body_gets_none(port: int, status: str) -> None:
    answer = get(port, x_lab_status=status)
    assert (answer.status_code, answer.content) == (int(status), b""), "the connection must stay usable"


def test_an_answer_is_delayed(port: int) -> None:
    begun = time.monotonic()
    assert get(port, x_lab_delay="0.05").status_code == 200, "late, but well"
    assert time.monotonic() - begun >= 0.05, "a timeout can be provoked"


def test_a_connection_is_ended_without_an_answer(port: int) -> None:
    with pytest.raises(httpx.RemoteProtocolError, match="Server disconnected without sending a response"):
        get(port, x_lab_close="end")


def test_a_connection_is_reset(port: int) -> None:
    with pytest.raises(httpx.ReadError, match="Connection reset by peer"):
        get(port, x_lab_close="reset")


def test_a_header_that_is_not_understood_is_told(port: int) -> None:
    answer = get(port, x_lab_status="9")
    assert answer.status_code == 400, "a slip of the pen must not look like the mesh's doing"
    assert answer.json()["error"] == (
        "status '9': Input should be greater than or equal to 200. See 'Stand-ins' in docs/lab.md for what there is."
    )


def test_https_is_spoken_with_a_certificate_for_the_host_that_is_asked_for(port: int, tmp_path: Path) -> None:
    trusting = ssl.create_default_context(cafile=tmp_path / AUTHORITY)
    with (
        socket.create_connection(("127.0.0.1", port), timeout=10) as plain,
        trusting.wrap_socket(plain, server_hostname="api.example.com") as secured,
    ):
        secured.sendall(b"GET / HTTP/1.1\r\nHost: api.example.com\r\nConnection: close\r\n\r\n")
        answer = b"".join(iter(lambda: secured.recv(65536), b""))
    assert b'"server_name": "api.example.com"' in answer, "the name that TLS asked for is told"


def test_a_stranger_shows_a_certificate_that_is_not_trusted(port: int, play: Play, tmp_path: Path) -> None:
    play.behave(Selection(service="cart"), Behaviour(stranger=True))
    trusting = ssl.create_default_context(cafile=tmp_path / AUTHORITY)
    with (
        socket.create_connection(("127.0.0.1", port), timeout=10) as plain,
        pytest.raises(ssl.SSLCertVerificationError, match="CERTIFICATE_VERIFY_FAILED"),
    ):
        trusting.wrap_socket(plain, server_hostname="api.example.com")
    assert play.pages(Selection()) == [], "a handshake is no request"


def test_no_private_key_stays_on_disk(tmp_path: Path) -> None:
    Certificates(tmp_path)
    assert [file.name for file in tmp_path.iterdir()] == [AUTHORITY], "clients need the CA's certificate only"


def test_what_is_no_http_is_sent_back_with_the_name_of_the_pod(port: int, play: Play) -> None:
    with socket.create_connection(("127.0.0.1", port), timeout=10) as connection:
        connection.sendall(b"select 1")
        assert connection.recv(100) == b"cart-1 select 1", "a test sees where its connection ended up"
    assert play.pages(Selection())[0]["last"][0]["method"] == "TCP", "connections are counted too"


def test_a_tcp_connection_is_ended_when_that_was_asked_for(port: int, play: Play) -> None:
    play.behave(Selection(), Behaviour(close="end"))
    with socket.create_connection(("127.0.0.1", port), timeout=10) as connection:
        connection.sendall(b"select 1")
        try:
            answer = connection.recv(100)
        except ConnectionResetError:  # What was sent and not read makes a reset of the end.
            answer = b""
    assert answer == b"", "no echo comes"


def test_a_client_that_says_nothing_does_not_stop_the_others(port: int) -> None:
    with socket.create_connection(("127.0.0.1", port), timeout=10):
        assert get(port).status_code == 200, "each connection has a thread of its own"
