"""A small catalogue of two families, a publisher on loopback and a fake Go, for the tests of the tools."""

import errno
import hashlib
import io
import queue
import tarfile
import threading
from collections.abc import Generator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

from lab.tools.cache import Cache
from lab.tools.catalog import Catalog
from lab.tools.inventory import Inventory
from lab.tools.machine import Machine

NO_ONE_LISTENS = "http://127.0.0.1:1"
REFUSED = f"127.0.0.1:1: [Errno {errno.ECONNREFUSED}] Connection refused"


@dataclass
class Publisher:
    """What a publisher's site serves, and what was asked of it."""

    url: str
    files: dict[str, bytes] = field(default_factory=dict[str, bytes])
    broken_off: set[str] = field(default_factory=set[str])
    """Paths whose transfer ends half-way."""
    asked: list[str] = field(default_factory=list[str])

    def offer(self, archive: str, programs: dict[str, str], algorithm: str = "sha256") -> None:
        """Serve an archive of programs, and its right checksum in SUMS."""
        packed = io.BytesIO()
        with tarfile.open(fileobj=packed, mode="w:gz") as tar:
            for name, text in programs.items():
                member = tarfile.TarInfo(name)
                member.size = len(text)
                tar.addfile(member, io.BytesIO(text.encode()))
        self.files[f"/{archive}"] = packed.getvalue()
        checksum = hashlib.new(algorithm, packed.getvalue()).hexdigest()
        self.files["/SUMS"] = f"{'0' * 64}  other.tar.gz\n{checksum}  {archive}\n".encode()


@contextmanager
def publishing() -> Generator[Publisher]:
    """Serve a publisher's site on loopback while the block runs."""

    class Handler(BaseHTTPRequestHandler):
        def do_HEAD(self) -> None:
            self.send_response(404)
            self.end_headers()

        def do_GET(self) -> None:
            site.asked.append(self.path)
            body = site.files.get(self.path)
            self.send_response(404 if body is None else 200)
            self.send_header("Content-Length", str(len(body or b"")))
            self.end_headers()
            half = len(body or b"") // 2
            self.wfile.write((body or b"")[: half if self.path in site.broken_off else None])

        def log_message(self, format: str, *args: object) -> None:  # noqa: A002 - the base class names it so
            """Keep the output of the tests clean."""

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    site = Publisher(f"http://127.0.0.1:{server.server_port}")
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01})
    thread.start()
    try:
        yield site
    finally:
        server.shutdown()
        thread.join()
        server.server_close()


def catalog_data(publisher_url: str) -> dict[str, Any]:
    """Family 'web': hammer and saw in one release; family 'own': anvil, which is published as source only."""
    release = {"url": f"{publisher_url}/box-{{version}}-{{os}}-{{arch}}.tar.gz", "checksums": f"{publisher_url}/SUMS"}

    def tool(family: str, package: str, **more: object) -> dict[str, Any]:
        return {"product": "box", "family": family, "source": {"kind": "go", "package": package}, **more}

    return {
        "go": "1.26",
        "products": {"box": "1.2.3"},
        "families": {
            "web": {
                "folder": "web",
                "minutes": 2.0,
                "size_gb": 0.1,
                "build_gb": 2.0,
                "tags": ["small", "quick"],
                "ldflags": ["-X v={box.minor}"],
            },
            "own": {"folder": "own", "minutes": 1.0, "size_gb": 0.1, "build_gb": 1.0},
        },
        "releases": {"box": release},
        "tools": {
            "hammer": tool(
                "web",
                "example.org/box/cmd/hammer/v2",
                path={"ask": ["version"], "accept": "patch"},
                release={"name": "box", "member": "box/hammer"},
            ),
            "saw": tool(
                "web", "example.org/box/cut", path={"beside": "hammer"}, release={"name": "box", "member": "box/saw"}
            ),
            "anvil": tool("own", "./cmd/anvil"),
        },
    }


class Workshop:
    """An inventory in a temporary folder, and a Go that the test controls through the environment."""

    def __init__(self, folder: Path, catalog: Catalog) -> None:
        self.folder = folder
        self.bin = folder / "bin"
        self.notes = folder / "go.notes"
        self.cache = Cache(folder / "cache", Machine("linux", "amd64"))
        self.inventory = Inventory(catalog, self.cache, folder / "go")
        for module in ("web", "own"):
            (folder / "go" / module).mkdir(parents=True)
        self.bin.mkdir()

    def put_on_path(self, name: str, script: str) -> None:
        """A shell script on PATH."""
        program = self.bin / name
        program.write_text(f"#!/bin/sh\n{script}\n")
        program.chmod(0o755)

    def install_go(self) -> None:
        """Put the fake Go on PATH."""
        (self.bin / "go").symlink_to(Path(__file__).with_name("fake_go.sh"))

    def builds(self) -> list[list[str]]:
        """The arguments of every `go build`, in order."""
        lines = self.notes.read_text().splitlines() if self.notes.exists() else []
        return [line.split("|") for line in lines if line.startswith("build|")]

    def cached_files(self) -> list[str]:
        """Every file of every tool in the cache."""
        tools = self.cache.root / "tools"
        return sorted(str(path.relative_to(tools)) for path in tools.rglob("*") if path.is_file())


class Lines(io.StringIO):
    """A console's output, line by line, for a thread that waits for one of them."""

    def __init__(self) -> None:
        super().__init__()
        self._written: queue.Queue[str] = queue.Queue()

    def write(self, text: str, /) -> int:
        """Keep the text, and show it to the thread that waits."""
        self._written.put(text)
        return super().write(text)

    def wait_for(self, text: str) -> None:
        """Return as soon as the text was written; fail after 10 seconds."""
        while text not in self._written.get(timeout=10):
            pass
