"""The agent's one HTTP server: CONNECT for the API server's webhook calls, an address directory for the Envoys."""

import json
import logging
import select
import socket
import threading
from dataclasses import dataclass
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from socketserver import BaseServer, ThreadingUnixStreamServer
from typing import Any, TypeVar, cast

import httpx

from lab.agent.istiod import IstiodSupervisor
from lab.agent.stand_ins import StandIns
from lab.agent.workloads import revision_of, service_at, target_port
from lab.errors import LabError
from lab.kube_api import KubeApi
from lab.layout import LabLayout

LOG = logging.getLogger(__name__)
_CHUNK = 65536
_POLL_SECONDS = 0.1  # How long a server takes at most to stop.
Served = TypeVar("Served", ThreadingHTTPServer, ThreadingUnixStreamServer)


@dataclass(frozen=True)
class Directory:
    """Who plays which address of the cluster."""

    layout: LabLayout
    api: KubeApi
    istiods: IstiodSupervisor
    stand_ins: StandIns

    def service(self, address: str, port: int) -> int | None:
        """The loopback port that plays a Service's port; only istiod's Services are reached this way."""
        service = service_at(self.api, address)
        if service is None:
            return None
        revision = revision_of(service["metadata"]["namespace"], service["spec"].get("selector") or {})
        target = target_port(service, port)
        return self.istiods.port(revision, target) if revision and isinstance(target, int) else None

    def connect(self, address: str) -> socket.socket:
        """A connection to the process that plays HOST:PORT.

        Raises:
            LabError: nothing plays it.
            OSError: the process does not answer.
            httpx.HTTPError: the API server does not say who has the address.
        """
        host, _, port = address.rpartition(":")
        target = self.service(host.strip("[]"), int(port)) if port.isdigit() else None
        if target is None:
            raise LabError(f"no process of the lab plays {address}")
        return socket.create_connection(("127.0.0.1", target), timeout=5)

    def endpoint(self, address: str, port: int) -> dict[str, Any]:
        """What the endpoint bridge asks: the port that plays a pod's port, 0 where nothing does."""
        return {"port": self.stand_ins.port(self.api, address, port) or 0, "sidecar": False}

    def listener(self, proxy: str, port: int) -> dict[str, Any]:
        """The loopback port on which a proxy's listener is bound: the same one for the life of the lab."""
        return {"port": self.layout.port(f"{proxy}:{port}")}


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


def _handler(directory: Directory) -> type[BaseHTTPRequestHandler]:

    class Handler(BaseHTTPRequestHandler):
        """One connection."""

        protocol_version = "HTTP/1.1"
        wbufsize = -1  # Head and body in one piece: in two, the second waits 40 ms for the first's acknowledgement.

        def do_GET(self) -> None:
            self._reply(200 if self.path == "/healthz" else 404, {})

        def do_POST(self) -> None:
            length = int(self.headers.get("Content-Length") or 0)
            asked = cast("dict[str, Any]", json.loads(self.rfile.read(length)))
            try:
                if self.path == "/endpoint":
                    self._reply(200, directory.endpoint(asked["address"], asked["port"]))
                elif self.path == "/listener":
                    self._reply(200, directory.listener(asked["proxy"], asked["port"]))
                else:
                    self._reply(404, {})
            except (httpx.HTTPError, LabError) as error:
                self._reply(502, {"error": str(error)})

        def do_CONNECT(self) -> None:
            try:
                upstream = directory.connect(self.path)
            except (httpx.HTTPError, LabError, OSError) as error:
                self._reply(502, {"error": str(error)})
                return
            self.send_response(200, "Connection established")
            self.end_headers()
            self.wfile.flush()
            with upstream:
                _relay(self.connection, upstream)
            self.close_connection = True

        def _reply(self, code: int, body: dict[str, Any]) -> None:
            content = json.dumps(body).encode()
            self.send_response(code)
            self.send_header("Content-Length", str(len(content)))
            self.end_headers()
            self.wfile.write(content)

        def log_message(self, format: str, *args: Any) -> None:  # noqa: A002 - the base class's signature
            """Quiet: the API server calls webhooks all the time."""

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
