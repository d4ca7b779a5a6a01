"""Small HTTP servers on loopback that stand for pods whose containers never run."""

import json
import threading
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

from lab.agent.workloads import pod_at
from lab.kube_api import KubeApi, Object
from lab.layout import LabLayout

OTHER_METHODS = ("HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS")


class StandIns:
    """One server for each pod and port, started when first asked for and kept for the life of the agent."""

    def __init__(self, layout: LabLayout) -> None:
        self._layout = layout
        self._serving: set[str] = set()
        self._lock = threading.Lock()

    def port(self, api: KubeApi, address: str, port: int) -> int | None:
        """The loopback port that answers for a pod's port; None where no pod has the address."""
        pod = pod_at(api, address)
        return None if pod is None else self._serve(pod, port)

    def resume(self, api: KubeApi) -> None:
        """Serve again what an agent before this one did: Envoys go on using the ports that they were given."""
        for pod in api.items("/api/v1/pods"):
            for port in self._layout.ports_of(_owner(pod)):
                self._serve(pod, port)

    def _serve(self, pod: Object, port: int) -> int:
        use = f"{_owner(pod)}:{port}"
        with self._lock:
            local = self._layout.port(use)
            if use not in self._serving:
                _serve(pod, local)
                self._serving.add(use)
        return local


def _owner(pod: Object) -> str:
    return f"stand-in/{pod['metadata']['uid']}"


def _serve(pod: Object, local: int) -> None:
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
        wbufsize = -1  # Head and body in one piece: in two, the second waits 40 ms for the first's acknowledgement.

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
    server = ThreadingHTTPServer(("127.0.0.1", local), Answer)
    server.daemon_threads = True
    threading.Thread(target=server.serve_forever, name=f"stand-in-{identity['pod']}", daemon=True).start()
