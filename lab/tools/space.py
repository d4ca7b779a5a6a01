"""Room on disk, looked at before anything is fetched: a build that fills the disk would also hurt everything else."""

import shutil
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path

from lab.tools.catalog import Catalog
from lab.tools.machine import MOST_BUILDS_AT_ONCE
from lab.tools.model import ToolError


@dataclass(frozen=True)
class Room:
    """What some tools of one family need on disk, in 10^9 bytes; see catalog.Family for the meanings."""

    size_gb: float
    build_gb: float
    modules_gb: float


@dataclass(frozen=True)
class _Need:
    """Room that is needed below one folder, which need not exist yet, in 10^9 bytes."""

    what: str
    variables: str
    folder: Path
    gigabytes: float

    @property
    def existing(self) -> Path:
        return next(path for path in (self.folder, *self.folder.parents) if path.exists())


def rooms(catalog: Catalog, names: Iterable[str]) -> list[Room]:
    """What the named tools need, by family: the family's room, in proportion to how many of its tools they are."""
    counts = Counter(catalog.tools[name].family for name in names)
    shares = {family: count / len(catalog.tools_of(family)) for family, count in counts.items()}
    families = {family: catalog.families[family] for family in counts}
    return [
        Room(share * families[name].size_gb, share * families[name].build_gb, share * families[name].modules_gb)
        for name, share in shares.items()
    ]


def require_space(
    fetched: Iterable[Room], cache: Path, built: Sequence[Room] = (), go_cache: Path | None = None
) -> None:
    """Make sure that the fetched tools fit into the cache, and the builds of some of them onto the disk.

    Raises:
        ToolError: a file system has too little room; the message names the folders and both sizes.
    """
    # While go builds, all that goes into its cache lies in a working folder too, and that lies in the tools' cache.
    working = sum(sorted((room.build_gb for room in built), reverse=True)[:MOST_BUILDS_AT_ONCE])
    needs = [_Need("the tools' cache", "ISTIO_MESH_CACHE", cache, sum(room.size_gb for room in fetched) + working)]
    if go_cache:
        size = sum(room.build_gb + room.modules_gb for room in built)
        needs.append(_Need("Go's caches", "GOCACHE, GOMODCACHE", go_cache, size))
    for device in {need.existing.stat().st_dev for need in needs}:
        _check([need for need in needs if need.existing.stat().st_dev == device])


def _check(needs: Sequence[_Need]) -> None:
    need_gb = sum(need.gigabytes for need in needs)
    free_gb = shutil.disk_usage(needs[0].existing).free / 1e9
    if free_gb < need_gb:
        places = " and ".join(f"{need.what} ({need.folder})" for need in needs)
        variables = ", ".join(need.variables for need in needs)
        raise ToolError(
            f"The missing tools need {need_gb:.1f} GB for {places}, but only {free_gb:.1f} GB are free there. "
            f"Free some space, or set {variables} to a folder with more room, then try again."
        )
