"""Several charts, each from the cache or else from its own source: those that can be had, and why others cannot."""

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import urlsplit

from lab.errors import LabError
from lab.exclusive import alone
from operations.charts.archive import Archive, OtherArchiveError, checked
from operations.charts.kept import KeptCharts
from operations.charts.reachable import unreachable
from operations.charts.registry import Registry
from operations.charts.repository import HelmRepository
from operations.charts.web import NoAnswerError, Web

Report = Callable[[str], None]
CONNECT_SECONDS = 3.0


@dataclass(frozen=True, kw_only=True)
class WantedChart:
    """A chart of one version, and the address of the repository or registry that has it."""

    name: str
    version: str
    source: str


@dataclass(frozen=True)
class FoundCharts:
    """Archives by the name of their chart, and for each of the others a sentence that says why it cannot be had."""

    archives: dict[str, Archive]
    reasons: dict[str, str]


def fetch_and_keep(wanted: Iterable[WantedChart], cache: Path, report: Report) -> FoundCharts:
    """Fetch what the cache does not hold yet, by one run at a time.

    Sources are asked once whether they answer, all at the same time; one that does not is asked for nothing more.

    Raises:
        OtherArchiveError: a chart is not what its source states, or the kept one has changed.
    """
    kept, lock = KeptCharts(cache / "charts"), cache / "locks" / "charts.lock"
    lock.parent.mkdir(parents=True, exist_ok=True)
    with alone(lock, lambda: report("another run is fetching charts: waiting for it to end")):
        there = {one: kept.find(one.source, one.name, one.version) for one in wanted}
        found = FoundCharts({one.name: archive for one, archive in there.items() if archive}, {})
        for one, result in _fetched([one for one, archive in there.items() if archive is None]):
            if isinstance(result, str):
                found.reasons[one.name] = result
                continue
            kept.keep(result)
            found.archives[one.name] = result
            report(f"{result.file_name}: {len(result.content) / 1024:.0f} KiB from {one.source}")
    return found


def first_sentence(error: LabError) -> str:
    """What is wrong with a source, without what follows about stack files."""
    return str(error).partition(". ")[0]


def _fetched(missing: list[WantedChart]) -> Iterator[tuple[WantedChart, Archive | str]]:
    """Each chart with its archive, or with the reason why there is none."""
    # An index may lead to another server, which nobody has asked whether it answers.
    web, sources = Web(connect_seconds=CONNECT_SECONDS), {one.source for one in missing}
    silent = {source: f"{urlsplit(source).netloc}: {reason}" for source, reason in unreachable(sources).items()}
    clients = {source: _client(source, web) for source in sources - silent.keys()}
    for one in missing:
        if one.source in silent:
            yield one, silent[one.source]
            continue
        try:
            yield one, checked(clients[one.source].fetch(one.name, one.version))
        except OtherArchiveError:
            raise
        except NoAnswerError as error:
            silent[one.source] = first_sentence(error)
            yield one, silent[one.source]
        except LabError as error:
            yield one, first_sentence(error)


def _client(source: str, web: Web) -> HelmRepository | Registry:
    return Registry(source, web) if source.startswith("oci://") else HelmRepository(source, web)
