"""A Helm repository and a registry on loopback, as real servers."""

import hashlib
import json
import threading
from collections.abc import Generator, Mapping
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler

from tests.support.servers import QuietServer

Answer = tuple[int, bytes, dict[str, str]]


class Site:
    """A web site: what it answers for a path, and which requests it saw as `PATH AUTHORIZATION`."""

    def __init__(self) -> None:
        self.address = ""
        self.seen: list[str] = []
        self.pages: dict[str, bytes] = {}
        self.headers: dict[str, str] = {}

    def answer(self, path: str, _authorization: str) -> Answer:
        """Status, body and headers."""
        body = self.pages.get(path)
        return (404, b"", {}) if body is None else (200, body, self.headers)


class HelmSite(Site):
    """A repository whose index states the digests of its archives."""

    def add(self, archives: Mapping[str, bytes], versions: Mapping[str, list[str]] | None = None) -> None:
        """Offer archives by their file names, and index further versions that are not there."""
        entries: dict[str, list[dict[str, object]]] = {}
        for file, content in archives.items():
            name, version = file.removesuffix(".tgz").rsplit("-", 1)
            digest = hashlib.sha256(content).hexdigest()
            entry: dict[str, object] = {"version": version, "urls": [f"files/{file}"], "digest": digest}
            entries.setdefault(name, []).append(entry)
            self.pages[f"/charts/files/{file}"] = content
        for name, known in (versions or {}).items():
            for version in known:
                entries[name].append({"version": version, "urls": [f"files/{name}-{version}.tgz"]})
        self.pages["/charts/index.yaml"] = json.dumps({"apiVersion": "v1", "entries": entries}).encode()


class RegistrySite(Site):
    """A registry that gives tokens to nobody, as the public ones do; `private` ones give none."""

    def __init__(self, *, private: bool = False) -> None:
        super().__init__()
        self._private = private

    def add(self, archives: Mapping[str, bytes]) -> None:
        """Offer charts below the path `istio`."""
        for file, content in archives.items():
            name, version = file.removesuffix(".tgz").rsplit("-", 1)
            digest = f"sha256:{hashlib.sha256(content).hexdigest()}"
            layers = [
                {"mediaType": "application/vnd.cncf.helm.chart.provenance.v1.prov", "digest": "sha256:0"},
                {"mediaType": "application/vnd.cncf.helm.chart.content.v1.tar+gzip", "digest": digest},
            ]
            self.pages[f"/v2/istio/{name}/manifests/{version}"] = json.dumps({"layers": layers}).encode()
            self.pages[f"/v2/istio/{name}/blobs/{digest}"] = content
            self.pages[f"/v2/istio/{name}/tags/list"] = json.dumps({"tags": [version, "1.28.3"]}).encode()

    def answer(self, path: str, authorization: str) -> Answer:
        """A token, a challenge, or what was asked for."""
        if path.startswith("/token?"):
            return (403, b"", {}) if self._private else (200, b'{"token": "for-nobody"}', {})
        if authorization != "Bearer for-nobody":
            scope = "repository:" + path.removeprefix("/v2/").rsplit("/", 2)[0] + ":pull"
            challenge = f'Bearer realm="{self.address}/token",service="registry.test",scope="{scope}"'
            return 401, b"", {"WWW-Authenticate": challenge}
        return super().answer(path, authorization)


@contextmanager
def serving(site: Site) -> Generator[Site]:
    """Serve a site on a port of loopback."""

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            authorization = self.headers.get("Authorization", "")
            site.seen.append(f"{self.path} {authorization}".strip())
            status, body, headers = site.answer(self.path, authorization)
            self.send_response(status)
            for name, value in {"Content-Length": str(len(body)), **headers}.items():
                self.send_header(name, value)
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, format: str, *args: object) -> None:  # noqa: A002 - the base class names it so
            """Keep the output of the tests clean."""

    server = QuietServer(("127.0.0.1", 0), Handler)
    site.address = f"http://127.0.0.1:{server.server_port}"
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01}, daemon=True)
    thread.start()
    try:
        yield site
    finally:
        server.shutdown()
        server.server_close()
        thread.join()
