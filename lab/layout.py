"""Where one lab keeps its files, and the loopback ports that it holds."""

import json
import os
import random
import re
import socket
import tempfile
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

from filelock import FileLock

from lab.errors import LabError

CHECKOUT = Path(__file__).resolve().parent.parent
DEFAULT_NAME = "lab"
# Marks a folder of links to our own tools, which a shell that uses a lab has on PATH, and which are not the user's.
OWN_BIN_MARKER = ".istio-mesh"
_PORTS = "ports.json"
_NAME = re.compile(r"[a-z0-9]([-a-z0-9]{0,30}[a-z0-9])?")


@dataclass(frozen=True)
class LabLayout:
    """The folder of one lab: everything a lab writes lies below `.state/labs/NAME` of the checkout.

    Raises:
        LabError: the name is not a DNS label of at most 32 characters.
    """

    name: str = DEFAULT_NAME
    checkout: Path = CHECKOUT

    def __post_init__(self) -> None:
        if not _NAME.fullmatch(self.name):
            raise LabError(
                f"lab name {self.name!r}: must be a DNS label of at most 32 characters. "
                "Use lower-case letters, digits and '-', for example 'test-1'."
            )

    @property
    def root(self) -> Path:
        """The lab's own folder."""
        return self.checkout / ".state" / "labs" / self.name

    @property
    def kubeconfig(self) -> Path:
        """Kubeconfig of a cluster administrator."""
        return self.root / "kubeconfig"

    @property
    def credentials(self) -> Path:
        """Folder of tokens, keys and the API server's certificate; readable by the owner only."""
        return self.root / "credentials"

    @property
    def charts(self) -> Path:
        """Folder of the packaged Istio charts that the lab offers as chart source."""
        return self.root / "charts"

    @property
    def logs(self) -> Path:
        """Folder with one log file for each part."""
        return self.root / "logs"

    @property
    def parts(self) -> Path:
        """Folder with one record for each part that was started."""
        return self.root / "parts"

    @property
    def socket(self) -> Path:
        """The agent's unix socket.

        The parts run in the lab's folder and name it relative to that, because the path of a socket is limited to 104
        bytes, and a checkout may lie deep.
        """
        return self.root / "agent.sock"

    @property
    def lock(self) -> Path:
        """Lock file of what changes the lab; beside the lab's folder, which may be deleted under it."""
        return self.root.with_name(f".{self.name}.lock")

    def log(self, part: str) -> Path:
        """Log file of one part."""
        return self.logs / f"{part}.log"

    def port(self, use: str) -> int:
        """The loopback port of this lab for one use: chosen free when first asked for, then always the same.

        No other lab of the checkout gets it, whether or not anything listens on it at the time.
        """
        self.root.mkdir(parents=True, exist_ok=True)
        with FileLock(self.root.parent.with_suffix(".lock")):  # Agents and command lines ask at the same time.
            ports = self.ports()
            if use not in ports:
                ports[use] = free_port(taken={*ports.values(), *self._ports_of_others()})
                write_atomically(self.root / _PORTS, json.dumps(ports, indent=1, sort_keys=True))
        return ports[use]

    def _ports_of_others(self) -> set[int]:
        """What the other labs of the checkout hold; a damaged book is for them to complain of."""
        held: set[int] = set()
        for book in self.root.parent.glob(f"*/{_PORTS}"):
            with suppress(LabError):
                held.update(LabLayout(book.parent.name, self.checkout).ports().values())
        return held

    def ports(self) -> dict[str, int]:
        """Every loopback port that the lab holds, by its use.

        Raises:
            LabError: the file with the ports is damaged.
        """
        book = self.root / _PORTS
        try:
            return json.loads(book.read_text())
        except FileNotFoundError:
            return {}
        except ValueError:
            raise LabError(
                f"{book}: is damaged. Let the lab {self.name!r} take new ports: './mesh lab down', './mesh lab up'."
            ) from None

    def ports_of(self, owner: str) -> dict[int, int]:
        """The ports that were given to the uses `OWNER:PORT`, by PORT."""
        prefix = f"{owner}:"
        return {int(use.removeprefix(prefix)): port for use, port in self.ports().items() if use.startswith(prefix)}


def free_port(taken: set[int]) -> int:
    """A TCP port on which nothing listens on 127.0.0.1 now, outside `taken`.

    It is drawn from below the range that Linux and macOS take for outgoing connections, so that no client holds it when
    the lab comes back after a pause, and at random, so that two labs that start together do not draw the same one.
    """
    draw = random.SystemRandom()
    while True:
        port = draw.randrange(20000, 32768)
        if port not in taken and port_is_free(port):
            return port


def port_is_free(port: int) -> bool:
    """True where 127.0.0.1:port can be listened on now."""
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind(("127.0.0.1", port))
        except OSError:
            return False
    return True


def write_atomically(path: Path, content: str | bytes, mode: int = 0o644) -> None:
    """Write a whole file or nothing: an interruption leaves the old content. Two may write at the same time."""
    descriptor, name = tempfile.mkstemp(prefix=f".{path.name}.", suffix=".partial", dir=path.parent)
    partial = Path(name)
    try:
        with os.fdopen(descriptor, "wb") as file:
            file.write(content.encode() if isinstance(content, str) else content)
        partial.chmod(mode)
        partial.replace(path)
    except BaseException:
        partial.unlink(missing_ok=True)
        raise
