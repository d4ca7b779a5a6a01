"""The Go toolchain: whether it is there, and running it for one of the modules below lab/go."""

import os
import re
import shutil
import subprocess
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from lab.tools.children import Children
from lab.tools.machine import has_plenty_of_memory
from lab.tools.model import ToolError

_VERSION = re.compile(r"go(\d+)\.(\d+)")
_LAST_LINES = 12
_NO_NETWORK = re.compile(
    r"dial tcp|no such host|connection refused|i/o timeout|TLS handshake timeout|network is unreachable|proxyconnect"
    r"|module lookup disabled"
)


def go_problem(oldest: str, folder: Path) -> str | None:
    """Why Go cannot build here, as a sentence with the fix; None where it can. `folder` is any module of lab/go."""
    install = f"Install Go {oldest} or newer (https://go.dev/dl/)"
    go = shutil.which("go")
    if go is None:
        return f"Go, which builds them, is not on PATH. {install}"
    # Asked inside a module, so that a Go that fetches newer toolchains by itself (GOTOOLCHAIN) answers with that one.
    done = subprocess.run([go, "env", "GOVERSION"], cwd=folder, capture_output=True, text=True, check=False)
    found = _VERSION.match(done.stdout)
    if done.returncode or not found or (int(found[1]), int(found[2])) < tuple(map(int, oldest.split("."))):
        said = (done.stdout + done.stderr).strip()
        return f"{go} is too old to build them ({said}). {install}"
    return None


def build_cache() -> Path:
    """Go's cache of compiled packages, which takes most of the room of a build; it need not exist."""
    done = subprocess.run(["go", "env", "GOCACHE"], capture_output=True, text=True, check=True)
    return Path(done.stdout.strip())


@dataclass(frozen=True)
class Go:
    """Runs go in one family's module; what it prints is kept in `log`."""

    children: Children
    family: str
    folder: Path
    log: Path
    temporary: Path

    def run(self, *arguments: str) -> str:
        """Run go to its end and return its standard output.

        Raises:
            ToolError: go failed; the message says why and holds the last lines that it printed.
            StoppedError: the run was stopped.
        """
        printed = self.temporary / "stdout"
        with self.log.open("ab") as log, printed.open("wb") as output:
            log.write(f"$ go {' '.join(arguments)}\n".encode())
            log.flush()
            start = log.tell()
            code = self.children.run(
                ["go", *arguments], cwd=self.folder, env=self._environment(), output=output, log=log
            )
        if code:
            with self.log.open("rb") as log:
                log.seek(start)
                raise self._failure(arguments, log.read().decode(errors="replace"))
        return printed.read_text()

    def _environment(self) -> dict[str, str]:
        fixed = {
            # As upstream's releases; and the same everywhere, with or without a C compiler.
            "CGO_ENABLED": "0",
            "GOWORK": "off",
            # Removed with the workspace, so that nothing stays when go is killed.
            "GOTMPDIR": str(self.temporary),
        }
        if has_plenty_of_memory() and "GOGC" not in os.environ:
            fixed["GOGC"] = "1000"
        return {**os.environ, **fixed}

    def _failure(self, arguments: Sequence[str], printed: str) -> ToolError:
        lines = "\n".join(f"  {line}" for line in printed.strip().splitlines()[-_LAST_LINES:])
        tail = f"The last lines of 'go {arguments[0]}' (all of it: {self.log}):\n{lines}"
        if "no space left on device" in printed:
            return ToolError(
                f"The disk is full, so {self.family} was not built. Free some space, then try again. {tail}"
            )
        if _NO_NETWORK.search(printed):
            return ToolError(
                f"Go cannot fetch the modules of {self.family}: its module proxy is not reachable. "
                f"Connect to the internet, or set GOPROXY to a proxy that can be reached, then try again. {tail}"
            )
        return ToolError(f"The Go build of {self.family} failed. {tail}")
