"""The agent's one HTTP server: CONNECT for the API server's webhook calls, an address directory for the Envoys."""

import json
import select
import socket
from dataclasses import dataclass
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from socketserver import BaseServer, ThreadingUnixStreamServer
from typing import Any, cast

from lab.agent.istiod import IstiodSupervisor
from lab.agent.stand_ins import StandIns
from lab.agent.workloads import revision_of, service_at, target_port
from lab.kube_api import KubeApi
from lab.layout import LabLayout

_CHUNK = 65536


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

    def endpoint(self, address: str, port: int) -> dict[str, Any]:
        """What the endpoint bridge asks: the port that plays a pod's port, 0 where nothing does."""
        return {"port": self.stand_ins.port(self.api, address, port) or 0, "sidecar": False}

    def listener(self, proxy: str, port: int) -> dict[str, Any]:
        """The loopback port on which a proxy's listener is bound: the same one for the life of the lab."""
        return {"port": self.layout.port(f"{proxy}:{port}")}


def bind(directory: Directory) -> list[BaseServer]:
    """Bind the agent's loopback port and its socket; the caller runs the servers.

    The socket is for the API server, whose egress over TCP would want certificates; the port is for everyone else.
    """
    handler = _handler(directory)
    directory.layout.socket.unlink(missing_ok=True)
    over_tcp = ThreadingHTTPServer(("127.0.0.1", directory.layout.port("agent")), handler)
    over_socket = ThreadingUnixStreamServer(str(directory.layout.socket), handler)
    directory.layout.socket.chmod(0o600)
    for server in (over_tcp, over_socket):
        server.daemon_threads = True
    return [over_tcp, over_socket]


def _handler(directory: Directory) -> type[BaseHTTPRequestHandler]:

    class Handler(BaseHTTPRequestHandler):
        """One connection."""

        protocol_version = "HTTP/1.1"

        def do_GET(self) -> None:
            self._reply(200 if self.path == "/healthz" else 404, {})

        def do_POST(self) -> None:
            length = int(self.headers.get("Content-Length") or 0)
            asked = cast("dict[str, Any]", json.loads(self.rfile.read(length)))
            if self.path == "/endpoint":
                self._reply(200, directory.endpoint(asked["address"], asked["port"]))
            elif self.path == "/listener":
                self._reply(200, directory.listener(asked["proxy"], asked["port"]))
            else:
                self._reply(404, {})

        def do_CONNECT(self) -> None:
            host, _, port = self.path.rpartition(":")
            target = directory.service(host.strip("[]"), int(port))
            if target is None:
                self._reply(502, {"error": f"no process of the lab plays {self.path}"})
                return
            try:
                upstream = socket.create_connection(("127.0.0.1", target), timeout=5)
            except OSError as error:
                self._reply(502, {"error": f"{self.path}: {error}"})
                return
            self.send_response(200, "Connection established")
            self.end_headers()
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
            data = end.recv(_CHUNK)
            if not data:
                return
            peers[end].sendall(data)
