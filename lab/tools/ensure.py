"""Finding every tool, and fetching the missing ones: the whole way, with its checks up front."""

import shutil
from collections.abc import Iterable, Sequence
from pathlib import Path

from rich.console import Console

from lab.tools.catalog import FromWheel
from lab.tools.children import Children, termination_as_interrupt
from lab.tools.display import Display
from lab.tools.fetch import Fetcher
from lab.tools.go import build_cache, go_problem
from lab.tools.inventory import Inventory
from lab.tools.model import Tool, ToolError
from lab.tools.release import Download, Publishers, downloads_for


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
    families = {inventory.catalog.tools[name].family for name in missing}
    size = sum(inventory.catalog.families[family].size_gb for family in families)
    _require_space(inventory.cache.root, size, "the tools' cache", "set ISTIO_MESH_CACHE to a folder with more room")
    children, display = Children(), Display(console)
    with termination_as_interrupt(), display.open():
        fetcher = Fetcher(inventory, display, children)
        _fetch_releases(inventory, missing, fetcher, display, children)
        rest = [name for name in missing if not inventory.in_cache(name)]
        if needing_go := _needing_go(inventory, rest):
            _require_go(inventory, needing_go, "Their downloads failed, see above.")
            _require_build_space(inventory, needing_go)
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


def _require_build_space(inventory: Inventory, names: Iterable[str]) -> None:
    families = {inventory.catalog.tools[name].family for name in names}
    need = sum(inventory.catalog.families[family].build_gb for family in families)
    _require_space(build_cache(), need, "Go's build cache", "set GOCACHE and GOMODCACHE to folders with more room")


def _require_space(folder: Path, need_gb: float, what: str, alternative: str) -> None:
    existing = next(path for path in (folder, *folder.parents) if path.exists())
    free_gb = shutil.disk_usage(existing).free / 1e9
    if free_gb < need_gb:
        raise ToolError(
            f"{what[0].upper()}{what[1:]} ({folder}) needs {need_gb:.1f} GB for the missing tools, but only "
            f"{free_gb:.1f} GB are free there. Free some space, or {alternative}, then try again."
        )
