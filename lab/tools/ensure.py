"""Finding every tool, and fetching the missing ones: the whole way, with its checks up front."""

from collections.abc import Iterable, Sequence

from rich.console import Console

from lab.tools.catalog import FromWheel
from lab.tools.children import Children, termination_as_interrupt
from lab.tools.display import Display
from lab.tools.fetch import Fetcher
from lab.tools.go import build_cache, go_problem
from lab.tools.inventory import Inventory
from lab.tools.model import Tool, ToolError
from lab.tools.release import Download, Publishers, downloads_for
from lab.tools.space import require_space, rooms


def ensure(inventory: Inventory, wanted: Iterable[str] | None, console: Console) -> dict[str, Tool]:
    """The wanted tools (None: all) by name, fetched where they are missing.

    An interrupted run leaves what it has finished; the next one goes on from there.

    Raises:
        ToolError: a tool cannot be had.
    """
    names = inventory.names(wanted)
    found = inventory.found(names)
    missing = [name for name in names if name not in found]
    if missing:
        try:
            _fetch(inventory, missing, console)
        except OSError as error:
            raise ToolError(
                f"The tools' cache {inventory.cache.root} cannot be used: {error}. Free some space or make the folder "
                "writable, or set ISTIO_MESH_CACHE to another folder, then try again."
            ) from error
        found |= {name: tool for name in missing if (tool := inventory.in_cache(name))}
    return {name: found[name] for name in names}


def _fetch(inventory: Inventory, missing: Sequence[str], console: Console) -> None:
    require_space(rooms(inventory.catalog, missing), inventory.cache.root)
    children, display = Children(), Display(console)
    with termination_as_interrupt(), display.open():
        fetcher = Fetcher(inventory, display, children)
        _fetch_releases(inventory, missing, fetcher, display, children)
        rest = [name for name in missing if not inventory.in_cache(name)]
        if needing_go := _needing_go(inventory, rest):
            _require_go(inventory, needing_go, "Their downloads failed, see above.")
            built = rooms(inventory.catalog, needing_go)
            require_space(built, inventory.cache.root, built, build_cache())
        fetcher.make(rest)
    display.note(f"The tools are complete after {display.summary()}.")


def _fetch_releases(
    inventory: Inventory, missing: Sequence[str], fetcher: Fetcher, display: Display, children: Children
) -> None:
    """Download what publishers offer; stop before the first download if the rest needs a Go that is not there."""
    downloads = downloads_for(inventory.catalog, missing, inventory.cache.machine)
    with Publishers(children) as publishers:
        unreachable = publishers.unreachable(downloads)
        usable = [download for download in downloads if download.host not in unreachable]
        offered = {name for download in usable for name in download.members}
        why = _why_not_downloaded(downloads, unreachable)
        needing_go = _needing_go(inventory, [name for name in missing if name not in offered])
        if needing_go:
            _require_go(inventory, needing_go, why)
        if unreachable:
            display.note(f"{why} The tools are built here instead.")
        fetcher.download(usable, publishers)


def _why_not_downloaded(downloads: Iterable[Download], unreachable: dict[str, str]) -> str:
    if not unreachable:
        return "They are published as source only."
    hosts = sorted({download.host for download in downloads} & set(unreachable))
    return f"Official downloads are not reachable from here ({', '.join(hosts)}: {unreachable[hosts[0]]})."


def _needing_go(inventory: Inventory, names: Iterable[str]) -> list[str]:
    return [name for name in names if not isinstance(inventory.catalog.tools[name].source, FromWheel)]


def _require_go(inventory: Inventory, names: Sequence[str], why: str) -> None:
    family = inventory.catalog.families[inventory.catalog.tools[names[0]].family]
    problem = go_problem(inventory.catalog.go, inventory.go_folder / (family.folder or "."))
    if problem:
        raise ToolError(f"These tools are missing: {', '.join(names)}. {why} {problem}, then try again.")
