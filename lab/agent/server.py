"""The agent's one HTTP server: CONNECT for webhook calls, a directory for Envoys, a proxy for Prometheus, stand-ins."""

import json
import logging
import select
import socket
import threading
from collections.abc import Callable, Mapping
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from socketserver import BaseServer, ThreadingUnixStreamServer
from typing import Any, TypeVar, cast

import httpx
from pydantic import ValidationError

from lab.agent.behaviour import told
from lab.agent.control import Controls
from lab.agent.directory import Directory
from lab.errors import LabError

LOG = logging.getLogger(__name__)
_CHUNK = 65536
_ABSOLUTE = "http://"
_POLL_SECONDS = 0.1  # How long a server takes at most to stop.
Served = TypeVar("Served", ThreadingHTTPServer, ThreadingUnixStreamServer)


class Doors:
    """The agent's loopback port and its socket, both served by threads.

    The socket is for the API server, whose egress over TCP would want certificates; the port is for everyone else.
    The agent runs in the lab's folder: the socket is named relative to it.
    """

    def __init__(self, directory: Directory) -> None:
        self._handler = _handler(directory)
        self._socket = directory.layout.socket
        port = directory.layout.port("agent")
        self._over_socket = self._open_socket()
        # The port goes last: it answers the health check, which is to say that both doors are open.
        self._over_tcp = _served(ThreadingHTTPServer(("127.0.0.1", port), self._handler))

    def reopen_socket(self) -> None:
        """Bind the socket anew where somebody removed it; without it, the API server refuses what webhooks see."""
        if not self._socket.exists():
            LOG.warning("%s was removed, opening it again", self._socket)
            _close(self._over_socket)
            self._over_socket = self._open_socket()

    def close(self) -> None:
        """Stop serving, and remove the socket."""
        for server in (self._over_tcp, self._over_socket):
            _close(server)
        self._socket.unlink(missing_ok=True)

    def _open_socket(self) -> ThreadingUnixStreamServer:
        self._socket.unlink(missing_ok=True)
        server = ThreadingUnixStreamServer(self._socket.name, self._handler)
        self._socket.chmod(0o600)
        return _served(server)


def _served(server: Served) -> Served:
    server.daemon_threads = True
    threading.Thread(target=server.serve_forever, kwargs={"poll_interval": _POLL_SECONDS}, daemon=True).start()
    return server


def _close(server: BaseServer) -> None:
    server.shutdown()
    server.server_close()


def _answers(directory: Directory) -> dict[str, Callable[[dict[str, Any]], dict[str, Any]]]:
    """What is answered to a POST, by its path."""
    controls = Controls(directory.stand_ins.play)
    return {
        "/endpoint": lambda asked: directory.endpoint(asked["address"], asked["port"]),
        "/stand-in": lambda asked: directory.stand_in(asked["address"], asked["port"]),
        "/listener": lambda asked: directory.listener(
            asked["proxy"], asked["direction"], asked["address"], asked["port"]
        ),
        "/sidecars": lambda asked: directory.running_sidecars(asked["proxy"]),
        "/stand-ins/behave": controls.behave,
        "/stand-ins/requests": controls.requests,
        "/stand-ins/forget": controls.forget,
    }


def _answered(
    answers: Mapping[str, Callable[[dict[str, Any]], dict[str, Any]]], path: str, body: bytes
) -> tuple[int, dict[str, Any]]:
    """The status and the answer to a POST."""
    if path not in answers:
        return 404, {}
    try:
        return 200, answers[path](cast("dict[str, Any]", json.loads(body)))
    except ValidationError as error:
        return 400, {"error": told(error)}
    except (httpx.HTTPError, LabError) as error:
        return 502, {"error": str(error)}


class _Door(BaseHTTPRequestHandler):
    """How every answer is sent."""

    protocol_version = "HTTP/1.1"
    wbufsize = -1  # Head and body in one piece: in two, the second waits 40 ms for the first's acknowledgement.

    def reply(self, code: int, body: dict[str, Any]) -> None:
        """Answer with JSON."""
        self.send(code, "application/json", json.dumps(body).encode())

    def send(self, code: int, content_type: str, content: bytes) -> None:
        """Answer, unless whoever asked has gone."""
        self.send_response(code)
        self.send_header("Content-Type", content_type)
        self.send_header("Content-Length", str(len(content)))
        try:
            self.end_headers()
            self.wfile.write(content)
            self.wfile.flush()
        except OSError:
            self.close_connection = True

    def log_message(self, format: str, *args: Any) -> None:  # noqa: A002 - the base class's signature
        """Quiet: the API server calls webhooks all the time."""


def _handler(directory: Directory) -> type[BaseHTTPRequestHandler]:
    answers = _answers(directory)

    class Handler(_Door):
        """One connection."""

        def do_GET(self) -> None:
            if self.path.startswith(_ABSOLUTE):
                self._pass_on(b"")
            else:
                self.reply(200 if self.path == "/healthz" else 404, {})

        def do_POST(self) -> None:
            body = self.rfile.read(int(self.headers.get("Content-Length") or 0))
            if self.path.startswith(_ABSOLUTE):
                self._pass_on(body)
            else:
                self.reply(*_answered(answers, self.path, body))

        def do_CONNECT(self) -> None:
            try:
                upstream = directory.connect(self.path)
            except (httpx.HTTPError, LabError, OSError) as error:
                self.reply(502, {"error": str(error)})
                return
            self.send_response(200, "Connection established")
            self.end_headers()
            self.wfile.flush()
            with upstream:
                _relay(self.connection, upstream)
            self.close_connection = True

        def _pass_on(self, body: bytes) -> None:
            """Ask who plays a pod: what comes here with a whole URL took the agent for its HTTP proxy."""
            answer = directory.network.answer(self.command, self.path, dict(self.headers), body)
            self.send(answer.status, answer.content_type, answer.body)

    return Handler


def _relay(one: socket.socket, other: socket.socket) -> None:
    """Copy bytes both ways until either side closes."""
    peers = {one: other, other: one}
    while True:
        readable, _, _ = select.select(list(peers), [], [])
        for end in readable:
            try:
                data = end.recv(_CHUNK)
                peers[end].sendall(data)
            except OSError:
                return  # Reset: there is nobody to tell.
            if not data:
                return
