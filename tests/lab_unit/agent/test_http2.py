"""HTTP/2 without TLS at a stand-in, by a client that speaks it from the first byte."""

import json
import socket

import pytest
from h2.config import H2Configuration
from h2.connection import H2Connection
from h2.events import DataReceived, Event, ResponseReceived, StreamEnded

from lab.agent.behaviour import Behaviour, Play, Selection
from lab.agent.certificates import STRANGER, Certificates
from lab.agent.http2 import PREFACE
from lab.agent.played import PlayedPort
from lab.layout import LabLayout

IDENTITY = {"service": "cart", "version": "v1", "pod": "cart-1", "namespace": "shop"}


@pytest.fixture
def play() -> Play:
    """Behaviours and counts of the test."""
    return Play()


@pytest.fixture
def port(layout: LabLayout, play: Play) -> int:
    """A stand-in's port."""
    port = layout.port("stand-in")
    credentials = layout.credentials
    PlayedPort(port, IDENTITY, play, Certificates(credentials), Certificates(credentials, STRANGER))
    return port


class Client:
    """One connection of HTTP/2."""

    def __init__(self, port: int) -> None:
        self._socket = socket.create_connection(("127.0.0.1", port), timeout=10)
        self._protocol = H2Connection(H2Configuration(header_encoding="utf-8"))
        self._protocol.initiate_connection()
        self._events: dict[int, list[Event]] = {}

    def __enter__(self) -> "Client":
        return self

    def __exit__(self, *_: object) -> None:
        self._socket.close()

    def send(self, path: str = "/", method: str = "GET", body: bytes = b"", **headers: str) -> int:
        """Ask, and return the stream on which the answer comes."""
        stream = self._protocol.get_next_available_stream_id()
        fields = {":method": method, ":path": path, ":authority": "cart.shop:8080", ":scheme": "http"}
        sent = fields | {name.replace("_", "-"): value for name, value in headers.items()}
        self._protocol.send_headers(stream, list(sent.items()), end_stream=not body)
        if body:
            self._protocol.send_data(stream, body, end_stream=True)
        self._socket.sendall(self._protocol.data_to_send())
        return stream

    def answer(self, stream: int) -> tuple[int, bytes]:
        """Status and body of the answer on a stream."""
        while not any(isinstance(one, StreamEnded) for one in self._events.get(stream, [])):
            data = self._socket.recv(65536)
            assert data, "the connection ended without an answer"
            for event in self._protocol.receive_data(data):
                if stream_id := getattr(event, "stream_id", None):
                    self._events.setdefault(stream_id, []).append(event)
            self._socket.sendall(self._protocol.data_to_send())
        found = self._events[stream]
        head = next(one for one in found if isinstance(one, ResponseReceived))
        body = b"".join(one.data for one in found if isinstance(one, DataReceived))
        fields = {str(name): str(value) for name, value in head.headers}
        return int(fields[":status"]), body


def test_a_request_over_http2_is_answered_by_the_pod_that_it_reached(port: int, play: Play) -> None:
    with Client(port) as client:
        status, body = client.answer(client.send("/api?full=yes", x_user="anna"))
    said = json.loads(body)
    assert (status, said["pod"], said["protocol"], said["path"]) == (200, "cart-1", "HTTP/2", "/api?full=yes"), said
    assert said["headers"] == {"host": "cart.shop:8080", "x-user": "anna"}, "in the words of HTTP/1.1"
    assert [one["paths"] for one in play.pages(Selection())] == [{"/api": 1}], "it is counted"


def test_requests_of_one_connection_do_not_wait_for_each_other(port: int, play: Play) -> None:
    play.behave(Selection(service="cart"), Behaviour(hold=True))
    with Client(port) as client:
        held = client.send("/held")
        assert client.answer(client.send("/other", x_lab_status="418"))[0] == 418, "it asks for itself"
        play.behave(Selection(service="cart"), None)
        assert client.answer(held)[0] == 200, "and the other one is answered later"


def test_what_is_sent_along_is_read(port: int) -> None:
    with Client(port) as client:
        statuses = [client.answer(client.send(method="POST", body=b"x" * 16000))[0] for _ in range(20)]
    assert statuses == [200] * 20, "more than the window of a connection has room for"


@pytest.mark.parametrize(("method", "status"), [("HEAD", 200), ("GET", 204)])
def test_an_answer_without_a_body_ends_with_its_head(port: int, method: str, status: int) -> None:
    with Client(port) as client:
        assert client.answer(client.send(method=method, x_lab_status=str(status))) == (status, b"")


@pytest.mark.parametrize("close", ["end", "reset"])
def test_a_connection_ends_when_that_was_asked_for(port: int, close: str) -> None:
    with Client(port) as client, pytest.raises((AssertionError, ConnectionError)):
        client.answer(client.send(x_lab_close=close))


def test_what_is_no_http2_after_its_preface_ends_the_connection(port: int) -> None:
    with socket.create_connection(("127.0.0.1", port), timeout=10) as connection:
        headers_of_no_stream = bytes([0, 0, 0, 1, 4, 0, 0, 0, 0])
        connection.sendall(PREFACE + headers_of_no_stream)
        ended = b"".join(iter(lambda: connection.recv(1000), b""))
    assert ended, "it says goodbye instead of keeping the client waiting"
