"""One server on loopback that plays one port of a pod, or of a host outside the cluster."""

import json
import socket
import ssl
import threading
from collections.abc import Mapping
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any, cast

from lab.agent.answer import WITHOUT_BODY, Asked, answer, carry_on
from lab.agent.behaviour import Play
from lab.agent.certificates import Certificates
from lab.agent.http2 import PREFACE, Http2

METHODS = ("GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS")
_CHUNK = 65536
_TLS_HANDSHAKE = 0x16  # The first byte of a ClientHello's record (RFC 8446, 5.1).
_SILENCE_SECONDS = 60.0  # After so long without a first byte, a connection is closed.


class PlayedPort(ThreadingHTTPServer):
    """Serves HTTP/1.1, HTTP/2, HTTPS with a certificate of the lab's CA, and an echo for everything else.

    Which of them is told by the first bytes, so that one port does for every protocol in which the client speaks first.
    """

    daemon_threads = True
    request_queue_size = 128  # A test of connection limits opens many at once; the base class has room for 5.

    def __init__(
        self, port: int, identity: Mapping[str, str], play: Play, trusted: Certificates, strangers: Certificates
    ) -> None:
        super().__init__(("127.0.0.1", port), _answering(identity, play))
        self._identity, self._play, self._trusted, self._strangers = identity, play, trusted, strangers
        threading.Thread(target=self.serve_forever, name=f"stand-in-{port}", daemon=True).start()

    def finish_request(self, request: Any, client_address: Any) -> None:
        """Serve one connection by the protocol that its first bytes speak."""
        connection = cast("socket.socket", request)
        connection.settimeout(_SILENCE_SECONDS)
        try:
            first = connection.recv(8, socket.MSG_PEEK)
            connection.settimeout(None)
            if first[:1] == bytes([_TLS_HANDSHAKE]):
                shown = self._strangers if self._play.stranger(self._identity) else self._trusted
                with shown.context.wrap_socket(connection, server_side=True) as secured:
                    super().finish_request(secured, client_address)
            elif PREFACE.startswith(first) and first:
                Http2(connection, self._identity, self._play).serve()
            elif _is_http(first):
                super().finish_request(connection, client_address)
            elif first:
                self._echo(connection)
        except OSError:
            """The client went away, refused the certificate, or said nothing: there is nobody to tell."""

    def _echo(self, connection: socket.socket) -> None:
        """Send each piece back behind the name of who got it, as Istio's sample tcp-echo does."""
        behaviour = self._play.asked(self._identity, "TCP", "", {})
        if not carry_on(behaviour, connection):
            return
        name = (self._identity["pod"] or self._identity["service"]).encode()
        while data := connection.recv(_CHUNK):
            connection.sendall(name + b" " + data)


def _is_http(first: bytes) -> bool:
    return bool(first) and any(f"{method} ".encode().startswith(first.partition(b" ")[0]) for method in METHODS)


def _answering(identity: Mapping[str, str], play: Play) -> type[BaseHTTPRequestHandler]:

    class Handler(BaseHTTPRequestHandler):
        """One connection of HTTP/1.1."""

        protocol_version = "HTTP/1.1"
        wbufsize = -1  # Head and body in one piece: in two, the second waits 40 ms for the first's acknowledgement.

        def do_GET(self) -> None:
            length = int(self.headers.get("Content-Length") or 0)
            self.rfile.read(length)
            asked = Asked(
                method=self.command,
                path=self.path,
                headers=dict(self.headers),
                protocol=self.request_version,
                server_name=server_name(self.connection),
            )
            found = answer(identity, play, asked, self.connection)
            if found is None:
                self.close_connection = True
                return
            self._send(*found)

        def _send(self, status: int, body: dict[str, Any]) -> None:
            content = b"" if status in WITHOUT_BODY else json.dumps(body).encode() + b"\n"
            self.send_response(status)
            self.send_header("Content-Type", "application/json")
            if status not in WITHOUT_BODY:
                self.send_header("Content-Length", str(len(content)))
            self.end_headers()
            if self.command != "HEAD":
                self.wfile.write(content)

        def log_message(self, format: str, *args: Any) -> None:  # noqa: A002 - the base class's signature
            """Requests are not logged: Envoy's access log has them."""

    for method in METHODS[1:]:
        setattr(Handler, f"do_{method}", Handler.do_GET)
    return Handler


def server_name(connection: socket.socket) -> str | None:
    """The name that a client of TLS asked for, '' where it gave none; None where it did not speak TLS."""
    return (getattr(connection, "asked_for", None) or "") if isinstance(connection, ssl.SSLSocket) else None
