"""The machine that tools are found, downloaded or built for."""

import platform
from dataclasses import dataclass

import psutil

from lab.tools.model import ToolError

_SYSTEMS = {"Linux": "linux", "Darwin": "darwin"}
_PROCESSORS = {"x86_64": "amd64", "amd64": "amd64", "aarch64": "arm64", "arm64": "arm64"}
MOST_BUILDS_AT_ONCE = 2
_PLENTY_OF_MEMORY_BYTES = 8 * 1024**3


@dataclass(frozen=True)
class Machine:
    """Operating system and processor by the names that Go uses for them."""

    os: str
    arch: str

    def __str__(self) -> str:
        return f"{self.os}-{self.arch}"


def this_machine() -> Machine:
    """The machine that this process runs on.

    Raises:
        ToolError: no publisher offers the tools for it.
    """
    system, processor = platform.system(), platform.machine()
    if system not in _SYSTEMS or processor.lower() not in _PROCESSORS:
        raise ToolError(
            f"The embedded lab does not run on {system} on {processor}: it needs Linux or macOS on amd64 or arm64. "
            "Use such a machine (on Windows: WSL 2), or deploy to a cluster of your own with CONTEXT=name."
        )
    return Machine(_SYSTEMS[system], _PROCESSORS[processor.lower()])


def builds_at_once() -> int:
    """How many Go builds run side by side: one compiles while another links, which keeps but one core at work."""
    return MOST_BUILDS_AT_ONCE if has_plenty_of_memory() else 1


def has_plenty_of_memory() -> bool:
    """True where two Go builds at once, each with a lazy garbage collector, fit into the available memory (8 GiB)."""
    return psutil.virtual_memory().available >= _PLENTY_OF_MEMORY_BYTES
