"""A small HTTP server on loopback that stands for an API server or a chart repository."""

import ssl
import threading
from collections.abc import Generator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, HTTPServer
from socketserver import StreamRequestHandler, TCPServer


class QuietServer(HTTPServer):
    """Says nothing about clients that break off, as those do that distrust its certificate."""

    def handle_error(self, request: object, client_address: object) -> None:
        """Ignore it; the test sees what the client makes of it."""


@contextmanager
def answering(
    path: str, *, status: int = 200, body: bytes = b"", tls: ssl.SSLContext | None = None
) -> Generator[tuple[str, list[str]]]:
    """Serve `body` with `status` at `path`, and 404 elsewhere; yields the address and the Authorization headers."""
    seen: list[str] = []

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            seen.append(self.headers.get("Authorization", ""))
            self.send_response(status if self.path == path else 404)
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, format: str, *args: object) -> None:  # noqa: A002 - the base class names it so
            """Keep the output of the tests clean."""

    server = QuietServer(("127.0.0.1", 0), Handler)
    if tls:
        server.socket = tls.wrap_socket(server.socket, server_side=True)
    with _served(server):
        yield f"{'https' if tls else 'http'}://127.0.0.1:{server.server_port}", seen


@contextmanager
def greeting_with(greeting: bytes) -> Generator[str]:
    """Listen on a port, answer whatever is sent with `greeting`, and hang up; yields the address."""

    class Handler(StreamRequestHandler):
        def handle(self) -> None:
            self.request.recv(4096)
            self.request.sendall(greeting)

    with _served(TCPServer(("127.0.0.1", 0), Handler)) as server:
        yield f"http://127.0.0.1:{server.server_address[1]}"


@contextmanager
def _served(server: TCPServer) -> Generator[TCPServer]:
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01}, daemon=True)
    thread.start()
    try:
        yield server
    finally:
        server.shutdown()
        server.server_close()
        thread.join()
