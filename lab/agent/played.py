"""One server on loopback that plays one port of a pod, or of a host outside the cluster."""

import json
import socket
import ssl
import struct
import threading
import time
from collections.abc import Mapping
from email.message import Message
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any, cast

from pydantic import ValidationError

from lab.agent.behaviour import Behaviour, Play, told
from lab.agent.certificates import Certificates

METHODS = ("GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS")
# How HTTP/2 begins without TLS (RFC 9113, 3.4); the server refuses it, which an echo would not.
_PREFACE = "PRI"
_CHUNK = 65536
_TLS_HANDSHAKE = 0x16  # The first byte of a ClientHello's record (RFC 8446, 5.1).
_WITHOUT_BODY = {204, 304}
_SILENCE_SECONDS = 60.0  # After so long without a first byte, a connection is closed.


class PlayedPort(ThreadingHTTPServer):
    """Serves HTTP, HTTPS with a certificate of the lab's CA, and an echo for everything else.

    Which of them is told by the first bytes, so that one port does for every protocol in which the client speaks first.
    """

    daemon_threads = True
    request_queue_size = 128  # A test of connection limits opens many at once; the base class has room for 5.

    def __init__(self, port: int, identity: Mapping[str, str], play: Play, certificates: Certificates) -> None:
        super().__init__(("127.0.0.1", port), _answering(identity, play))
        self._identity, self._play, self._certificates = identity, play, certificates
        threading.Thread(target=self.serve_forever, name=f"stand-in-{port}", daemon=True).start()

    def finish_request(self, request: Any, client_address: Any) -> None:
        """Serve one connection by the protocol that its first bytes speak."""
        connection = cast("socket.socket", request)
        connection.settimeout(_SILENCE_SECONDS)
        try:
            first = connection.recv(8, socket.MSG_PEEK)
            connection.settimeout(None)
            if first[:1] == bytes([_TLS_HANDSHAKE]):
                with self._certificates.context.wrap_socket(connection, server_side=True) as secured:
                    super().finish_request(secured, client_address)
            elif _is_http(first):
                super().finish_request(connection, client_address)
            elif first:
                self._echo(connection)
        except OSError:
            """The client went away, refused the certificate, or said nothing: there is nobody to tell."""

    def _echo(self, connection: socket.socket) -> None:
        """Send each piece back behind the name of who got it, as Istio's sample tcp-echo does."""
        behaviour = self._play.asked(self._identity, "TCP", "", {})
        if not _carry_on(behaviour, connection):
            return
        name = (self._identity["pod"] or self._identity["service"]).encode()
        while data := connection.recv(_CHUNK):
            connection.sendall(name + b" " + data)


def _is_http(first: bytes) -> bool:
    return bool(first) and any(
        f"{method} ".encode().startswith(first.partition(b" ")[0]) for method in (*METHODS, _PREFACE)
    )


def _carry_on(behaviour: Behaviour, connection: socket.socket) -> bool:
    """Wait as long as was asked for; False where the connection is to end without an answer."""
    time.sleep(behaviour.delay)
    if behaviour.close == "reset":
        # A linger of no seconds makes close() send RST (socket(7), SO_LINGER).
        connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
        connection.close()
    return behaviour.close is None


def _answering(identity: Mapping[str, str], play: Play) -> type[BaseHTTPRequestHandler]:

    class Answer(BaseHTTPRequestHandler):
        """Says who answered and what was asked, so that a test can tell where a request ended up."""

        protocol_version = "HTTP/1.1"
        wbufsize = -1  # Head and body in one piece: in two, the second waits 40 ms for the first's acknowledgement.

        def do_GET(self) -> None:
            length = int(self.headers.get("Content-Length") or 0)
            self.rfile.read(length)
            path = self.path.partition("?")[0]
            try:
                behaviour = play.asked(identity, self.command, path, _lower(self.headers))
            except ValidationError as error:
                self._send(400, {"error": told(error)})
                return
            if not _carry_on(behaviour, self.connection):
                self.close_connection = True
                return
            tls = server_name(self.connection)
            said = {**identity, "method": self.command, "path": self.path, "server_name": tls}
            self._send(behaviour.status, {**said, "headers": dict(self.headers)})

        def _send(self, status: int, body: dict[str, Any]) -> None:
            content = b"" if status in _WITHOUT_BODY else json.dumps(body).encode() + b"\n"
            self.send_response(status)
            self.send_header("Content-Type", "application/json")
            if status not in _WITHOUT_BODY:
                self.send_header("Content-Length", str(len(content)))
            self.end_headers()
            if self.command != "HEAD":
                self.wfile.write(content)

        def log_message(self, format: str, *args: Any) -> None:  # noqa: A002 - the base class's signature
            """Requests are not logged: Envoy's access log has them."""

    for method in METHODS[1:]:
        setattr(Answer, f"do_{method}", Answer.do_GET)
    return Answer


def server_name(connection: socket.socket) -> str | None:
    """The name that a client of TLS asked for, '' where it gave none; None where it did not speak TLS."""
    return (getattr(connection, "asked_for", None) or "") if isinstance(connection, ssl.SSLSocket) else None


def _lower(headers: Message) -> dict[str, str]:
    return {name.lower(): value for name, value in headers.items()}
