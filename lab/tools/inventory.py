"""Which tools are wanted, and which of them are already there."""

import hashlib
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

from lab.tools.cache import Cache, cache_root
from lab.tools.catalog import Catalog, FromGo, load_catalog
from lab.tools.machine import this_machine
from lab.tools.model import Tool, ToolError, ToolStatus
from lab.tools.on_path import find_on_path

_GO_FOLDER = Path(__file__).resolve().parent.parent / "go"


@dataclass(frozen=True)
class Inventory:
    """The catalogue, the cache and the Go modules (the folder lab/go) that belong together."""

    catalog: Catalog
    cache: Cache
    go_folder: Path

    def names(self, wanted: Iterable[str] | None) -> list[str]:
        """The wanted names, or all, in the order of the catalogue.

        Raises:
            ToolError: a name is not in the catalogue.
        """
        chosen = set(self.catalog.tools if wanted is None else wanted)
        if unknown := sorted(chosen - set(self.catalog.tools)):
            raise ToolError(f"No tool is called {', '.join(unknown)}. The tools are: {', '.join(self.catalog.tools)}.")
        return [name for name in self.catalog.tools if name in chosen]

    def version(self, name: str) -> str:
        """The catalogue's version; for this project's own programs with a digest of their source."""
        entry = self.catalog.tools[name]
        version = self.catalog.products[entry.product]
        if isinstance(entry.source, FromGo) and entry.source.own_sources:
            return f"{version}+{self._digest(entry.source.own_sources)}"
        return version

    def in_cache(self, name: str) -> Tool | None:
        """The tool in the cache, or None."""
        return self.cache.find(name, self.version(name))

    def found(self, names: Iterable[str]) -> dict[str, Tool]:
        """Those of the named tools that are there: on PATH at a version that does, else in the cache."""
        wanted = list(names)
        on_path = find_on_path(self.catalog, wanted, self.cache.root)
        tools = ((name, on_path.get(name) or self.in_cache(name)) for name in wanted)
        return {name: tool for name, tool in tools if tool}

    def statuses(self) -> list[ToolStatus]:
        """Every tool of the catalogue, there or missing."""
        found = self.found(self.catalog.tools)
        return [
            ToolStatus(name, tool.version, tool.origin, tool.path)
            if (tool := found.get(name))
            else ToolStatus(name, self.version(name), None, None)
            for name in self.catalog.tools
        ]

    def link_folder(self, tools: Iterable[Tool]) -> Path:
        """A folder with a link to each of these tools that belong on PATH."""
        return self.cache.link_folder(tool for tool in tools if self.catalog.tools[tool.name].link)

    def _digest(self, folders: Iterable[str]) -> str:
        digest = hashlib.sha256()
        for folder in folders:
            sources = (path for path in (self.go_folder / folder).rglob("*.go") if not path.match("*_test.go"))
            for file in sorted(sources):
                content = file.read_bytes()
                digest.update(f"{file.relative_to(self.go_folder)} {len(content)}\n".encode() + content)
        return digest.hexdigest()[:8]


def default_inventory() -> Inventory:
    """This project's catalogue, the user's cache and lab/go.

    Raises:
        ToolError: there are no tools for this machine.
    """
    return Inventory(load_catalog(), Cache(cache_root(), this_machine()), _GO_FOLDER)
