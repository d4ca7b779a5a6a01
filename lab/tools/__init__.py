"""The lab's tools: found on PATH, downloaded from their publishers or built from Go modules, and kept in a cache."""

from collections.abc import Iterable, Mapping
from pathlib import Path

from rich.console import Console
from rich.table import Table

from lab.tools.cache import cache_root
from lab.tools.ensure import ensure
from lab.tools.inventory import default_inventory
from lab.tools.model import Origin, Tool, ToolError, ToolStatus

__all__ = [
    "Origin",
    "Tool",
    "ToolError",
    "ToolStatus",
    "bin_dir",
    "cache_root",
    "ensure_tools",
    "locate_tools",
    "tools_table",
]


def ensure_tools(names: Iterable[str] | None = None, *, console: Console | None = None) -> dict[str, Tool]:
    """All (or the named) tools, by name: found, downloaded or built.

    Progress goes to `console`, by default to stderr. Two runs at once are safe: the second waits and takes what the
    first made. A run that is interrupted (Ctrl-C, SIGTERM, kill -9) leaves nothing broken, and the next one goes on
    from there.

    Raises:
        ToolError: a tool cannot be had; its message says what is missing, why, and the fix.
    """
    return ensure(default_inventory(), names, console or Console(stderr=True))


def locate_tools() -> list[ToolStatus]:
    """Every tool of the catalogue, there or missing; nothing is fetched.

    Raises:
        ToolError: there are no tools for this machine.
    """
    return default_inventory().statuses()


def bin_dir(tools: Mapping[str, Tool] | None = None) -> Path:
    """A folder for PATH with a link to each of these tools (None: to all that are there now).

    Providers and files that are not programs are left out: pulumi would take a provider from PATH, with a warning,
    rather than from its plugin folder. The folder lies in the cache; the same tools always give the same folder.

    Raises:
        ToolError: there are no tools for this machine.
    """
    inventory = default_inventory()
    there = inventory.found(inventory.catalog.tools) if tools is None else tools
    return inventory.link_folder(there.values())


def tools_table(statuses: Iterable[ToolStatus]) -> Table:
    """The statuses as a table: tool, version, origin, path."""
    table = Table("tool", "version", "origin", "path")
    for status in statuses:
        table.add_row(
            status.name, status.version, status.state, str(status.path or ""), style="" if status.origin else "red"
        )
    return table
