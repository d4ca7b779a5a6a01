"""Small HTTP servers on loopback that stand for pods whose containers never run."""

import json
import threading
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

from lab.agent.workloads import pod_at
from lab.kube_api import KubeApi, Object

OTHER_METHODS = ("HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS")


class StandIns:
    """One server for each pod and port, started when first asked for and kept for the life of the agent."""

    def __init__(self) -> None:
        self._ports: dict[tuple[str, int], int] = {}
        self._lock = threading.Lock()

    def port(self, api: KubeApi, address: str, port: int) -> int | None:
        """The loopback port that answers for a pod's port; None where no pod has the address."""
        pod = pod_at(api, address)
        if pod is None:
            return None
        key = (pod["metadata"]["uid"], port)
        with self._lock:
            if key not in self._ports:
                self._ports[key] = _serve(pod)
            return self._ports[key]


def _serve(pod: Object) -> int:
    labels = pod["metadata"].get("labels", {})
    identity = {
        "service": labels.get("app", pod["metadata"]["name"]),
        "version": labels.get("version", ""),
        "pod": pod["metadata"]["name"],
        "namespace": pod["metadata"]["namespace"],
    }

    class Answer(BaseHTTPRequestHandler):
        """Says who answered and what was asked, so that a test can tell where a request ended up."""

        protocol_version = "HTTP/1.1"

        def do_GET(self) -> None:
            length = int(self.headers.get("Content-Length") or 0)
            self.rfile.read(length)
            body = json.dumps({**identity, "method": self.command, "path": self.path, "headers": dict(self.headers)})
            content = body.encode() + b"\n"
            self.send_response(200)
            self.send_header("Content-Type", "application/json")
            self.send_header("Content-Length", str(len(content)))
            self.end_headers()
            if self.command != "HEAD":
                self.wfile.write(content)

        def log_message(self, format: str, *args: Any) -> None:  # noqa: A002 - the base class's signature
            """Requests are not logged: Envoy's access log has them."""

    for method in OTHER_METHODS:
        setattr(Answer, f"do_{method}", Answer.do_GET)
    server = ThreadingHTTPServer(("127.0.0.1", 0), Answer)
    server.daemon_threads = True
    threading.Thread(target=server.serve_forever, name=f"stand-in-{identity['pod']}", daemon=True).start()
    return int(server.server_address[1])
