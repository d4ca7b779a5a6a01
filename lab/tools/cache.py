"""The cache of tools, outside the checkout: one folder for each tool and version, which appears whole or not at all."""

import hashlib
import json
import os
import shutil
import tempfile
from collections.abc import Generator, Iterable
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from lab.tools.machine import Machine
from lab.tools.model import Origin, Tool

_ORIGIN_FILE = "origin.json"


def cache_root() -> Path:
    """$ISTIO_MESH_CACHE, else istio-mesh below $XDG_CACHE_HOME, else ~/.cache/istio-mesh. It need not exist."""
    own = os.environ.get("ISTIO_MESH_CACHE")
    if own:
        return Path(own).expanduser().absolute()
    shared = os.environ.get("XDG_CACHE_HOME")
    return (Path(shared) if shared else Path.home() / ".cache") / "istio-mesh"


@dataclass(frozen=True)
class Cache:
    """The cache below `root`, for one kind of machine.

    tools/NAME/VERSION-OS-ARCH/NAME is the tool, with its origin beside it. locks/, logs/ and tmp/ serve the fetching;
    bin/ holds folders of links for PATH.
    """

    root: Path
    machine: Machine

    def find(self, name: str, version: str) -> Tool | None:
        """The tool at exactly this version, or None."""
        folder = self._folder(name, version)
        if not folder.is_dir():
            return None
        origin = json.loads((folder / _ORIGIN_FILE).read_text())["origin"]
        return Tool(name, version, folder / name, Origin(origin))

    def publish(self, name: str, version: str, made: Path, origin: Origin) -> Tool:
        """Move a finished file or folder, which lies in a `workspace`, into the cache, in one step."""
        staged = Path(tempfile.mkdtemp(prefix=f"{name}-", dir=made.parent))
        made.rename(staged / name)
        (staged / _ORIGIN_FILE).write_text(json.dumps({"origin": origin.value}))
        staged.chmod(0o755)
        folder = self._folder(name, version)
        folder.parent.mkdir(parents=True, exist_ok=True)
        self._move_unless_there(staged, folder)
        return Tool(name, version, folder / name, origin)

    @contextmanager
    def workspace(self, name: str) -> Generator[Path]:
        """An empty folder on the cache's file system, removed afterwards.

        The caller holds the lock of the same name, so what an earlier run left there when it was killed is removed
        first. A build that outlived that run cannot reach into the new folder, which has another path.
        """
        place = self.root / "tmp" / name
        shutil.rmtree(place, ignore_errors=True)
        place.mkdir(parents=True)
        try:
            yield Path(tempfile.mkdtemp(dir=place))
        finally:
            shutil.rmtree(place, ignore_errors=True)

    def lock_file(self, name: str) -> Path:
        """Held by the run that does the work of this name."""
        return self._made("locks") / f"{name}.lock"

    def log_file(self, name: str) -> Path:
        """What the programs that did the work of this name printed last."""
        return self._made("logs") / f"{name}.log"

    def link_folder(self, tools: Iterable[Tool]) -> Path:
        """A folder with a link to each tool; another set of tools gets another folder, the same set the same.

        Programs of the cache are hard links: pulumi's language host looks for its -exec script in the folder where the
        operating system says that it lies itself, and symbolic links are resolved there.
        """
        links = {tool.name: tool.path for tool in tools}
        key = hashlib.sha256(json.dumps(links, sort_keys=True, default=str).encode()).hexdigest()[:16]
        folder = self._made("bin") / key
        if not folder.is_dir():
            staged = Path(tempfile.mkdtemp(dir=self._made("tmp")))
            for name, target in links.items():
                if target.is_file() and target.is_relative_to(self.root):
                    (staged / name).hardlink_to(target)
                else:
                    (staged / name).symlink_to(target)
            staged.chmod(0o755)
            self._move_unless_there(staged, folder)
        return folder

    def _folder(self, name: str, version: str) -> Path:
        return self.root / "tools" / name / f"{version}-{self.machine}"

    def _made(self, name: str) -> Path:
        folder = self.root / name
        folder.mkdir(parents=True, exist_ok=True)
        return folder

    @staticmethod
    def _move_unless_there(staged: Path, folder: Path) -> None:
        try:
            staged.rename(folder)
        except OSError:
            # Another run made the same folder meanwhile; a rename never replaces a folder that holds something.
            shutil.rmtree(staged)
