"""HTTP/2 without TLS, as Envoy speaks it to ports named `http2` or `grpc`, and where it is told to upgrade."""

import json
import socket
import threading
from collections.abc import Mapping

from h2.config import H2Configuration
from h2.connection import H2Connection
from h2.events import DataReceived, RequestReceived, StreamEnded
from h2.exceptions import ProtocolError

from lab.agent.answer import WITHOUT_BODY, Asked, answer
from lab.agent.behaviour import Play

PREFACE = b"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n"
"""How HTTP/2 begins without TLS (RFC 9113, 3.4)."""
_CHUNK = 65536


class Http2:
    """One connection, whose requests are answered at the same time. An answer has to fit into the client's window."""

    def __init__(self, connection: socket.socket, identity: Mapping[str, str], play: Play) -> None:
        self._connection, self._identity, self._play = connection, identity, play
        self._protocol = H2Connection(H2Configuration(client_side=False, header_encoding="utf-8"))
        self._asked: dict[int, Asked] = {}
        self._lock = threading.Lock()

    def serve(self) -> None:
        """Answer until the client goes away, or does not speak HTTP/2.

        Raises:
            OSError: the connection broke.
        """
        self._protocol.initiate_connection()
        self._send()
        while data := self._connection.recv(_CHUNK):
            try:
                self._receive(data)
            except ProtocolError:
                self._send()  # It says what was wrong.
                return
            self._send()

    def _receive(self, data: bytes) -> None:
        with self._lock:
            events = self._protocol.receive_data(data)
        for event in events:
            if isinstance(event, RequestReceived):
                self._asked[event.stream_id] = _asked(event)
            elif isinstance(event, DataReceived):
                with self._lock:
                    self._protocol.acknowledge_received_data(event.flow_controlled_length, event.stream_id)
            elif isinstance(event, StreamEnded):
                whole = (event.stream_id, self._asked.pop(event.stream_id))
                threading.Thread(target=self._answer, args=whole, daemon=True).start()

    def _answer(self, stream: int, asked: Asked) -> None:
        found = answer(self._identity, self._play, asked, self._connection)
        try:
            if found is None:
                self._connection.shutdown(socket.SHUT_RDWR)
                return
            status, body = found
            content = b"" if status in WITHOUT_BODY or asked.method == "HEAD" else json.dumps(body).encode() + b"\n"
            with self._lock:
                headers = [(":status", str(status)), ("content-type", "application/json")]
                self._protocol.send_headers(stream, headers, end_stream=not content)
                if content:
                    self._protocol.send_data(stream, content, end_stream=True)
            self._send()
        except (OSError, ProtocolError):
            """The client gave the request or the connection up: there is nobody to tell."""

    def _send(self) -> None:
        with self._lock:
            if data := self._protocol.data_to_send():
                self._connection.sendall(data)


def _asked(event: RequestReceived) -> Asked:
    """The request in the words of HTTP/1.1, where the authority is the header `host`."""
    fields = {str(name): str(value) for name, value in event.headers}
    headers = {"host": fields.get(":authority", "")}
    headers |= {name: value for name, value in fields.items() if not name.startswith(":")}
    return Asked(method=fields[":method"], path=fields[":path"], headers=headers, protocol="HTTP/2")
