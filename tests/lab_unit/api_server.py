"""An API server for the lab's agent: it holds the objects that a test puts there, and answers over loopback HTTP."""

import json
import threading
from collections.abc import Generator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs, urlsplit

import yaml
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec

Object = dict[str, Any]


class ApiServer:
    """What the server holds, by API path, and what it was asked to change. `down` makes it answer 503."""

    def __init__(self) -> None:
        self.objects: dict[str, Object] = {}
        self.posted: list[tuple[str, Object]] = []
        self.down = False
        self.address = ""

    def put(self, path: str, one: Object) -> Object:
        """Hold an object at its API path."""
        self.objects[path] = one
        return one

    def put_pod(self, name: str, *, namespace: str = "default", ip: str = "10.244.0.9", **fields: Any) -> Object:
        """Hold a running pod; `fields` go to its metadata."""
        metadata: Object = {"name": name, "namespace": namespace, "uid": f"uid-{name}", "labels": {}, **fields}
        pod: Object = {
            "metadata": {"creationTimestamp": "2026-01-01T00:00:00Z", **metadata},
            "spec": {"nodeName": "node-a", "serviceAccountName": "sa", "containers": [{"name": "main"}]},
            "status": {"podIP": ip, "phase": "Running"},
        }
        return self.put(f"/api/v1/namespaces/{namespace}/pods/{name}", pod)

    def put_service(self, name: str, cluster_ip: str, *, namespace: str = "default", **spec: Any) -> Object:
        """Hold a Service; `spec` goes to its spec."""
        service = {
            "metadata": {"name": name, "namespace": namespace},
            "spec": {"clusterIP": cluster_ip, **spec},
            "status": {},
        }
        return self.put(f"/api/v1/namespaces/{namespace}/services/{name}", service)

    def kubeconfig(self, path: Path) -> Path:
        """Write a kubeconfig for this server."""
        certificate = path.with_name(f"{path.name}.crt")
        certificate.write_bytes(_certificate())
        cluster = {"server": self.address, "certificate-authority": str(certificate)}
        document = {"clusters": [{"cluster": cluster}], "users": [{"user": {"token": "token-of-the-test"}}]}
        path.write_text(yaml.safe_dump(document))
        return path

    def answer(self, method: str, target: str, body: Object) -> tuple[int, Object]:
        """What one request is answered."""
        url = urlsplit(target)
        if self.down:
            return 503, {}
        if method == "POST":
            self.posted.append((url.path, body))
            return 201, {"status": {"token": f"token-for-{url.path.split('/')[-2]}"}}
        if method == "PATCH":
            self.objects[url.path.removesuffix("/status")].update(body)
            return 200, {}
        if url.path in self.objects:
            return 200, self.objects[url.path]
        kind = url.path.rpartition("/")[2]
        if kind in {"pods", "services"}:
            return 200, {"items": [one for one in self._all(kind) if _selected(one, parse_qs(url.query))]}
        return 404, {}

    def _all(self, kind: str) -> list[Object]:
        return [one for path, one in self.objects.items() if path.split("/")[-2] == kind]


def _certificate() -> bytes:
    """A certificate that clients load; the server, which talks plain HTTP, has no use for it."""
    key, name = ec.generate_private_key(ec.SECP256R1()), x509.Name([])
    begin = datetime(2026, 1, 1, tzinfo=UTC)
    builder = x509.CertificateBuilder(name, name, key.public_key(), 1, begin, begin + timedelta(days=1))
    return builder.sign(key, hashes.SHA256()).public_bytes(serialization.Encoding.PEM)


def _selected(one: Object, query: dict[str, list[str]]) -> bool:
    for selector in query.get("labelSelector", []):
        key, _, value = selector.partition("=")
        if one["metadata"].get("labels", {}).get(key) != value:
            return False
    for selector in query.get("fieldSelector", []):
        if one["status"].get("podIP") != selector.removeprefix("status.podIP="):
            return False
    return True


@contextmanager
def serving() -> Generator[ApiServer]:
    """A running server."""
    held = ApiServer()

    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"
        wbufsize = -1  # Head and body in one piece, which is faster.

        def do_GET(self) -> None:
            length = int(self.headers.get("Content-Length") or 0)
            body = json.loads(self.rfile.read(length) or b"{}")
            code, answer = held.answer(self.command, self.path, body)
            content = json.dumps(answer).encode()
            self.send_response(code)
            self.send_header("Content-Length", str(len(content)))
            self.end_headers()
            self.wfile.write(content)

        do_POST = do_PATCH = do_GET  # noqa: N815 - the names that the base class calls

        def log_message(self, format: str, *args: object) -> None:  # noqa: A002 - the base class names it so
            """Keep the output of the tests clean."""

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    server.daemon_threads = True
    held.address = f"http://127.0.0.1:{server.server_port}"
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01}, daemon=True)
    thread.start()
    try:
        yield held
    finally:
        server.shutdown()
        server.server_close()
        thread.join()
