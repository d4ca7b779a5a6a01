"""The charts of a stack, fetched from wherever the stack takes them."""

from collections.abc import Callable, Iterator
from pathlib import Path

from components.observability.addons.charts import addon_chart, catalog, installed_addons
from components.observability.addons.settings import AddonChartsSettings
from components.platform.chart_lock import LOCK_FILE, LockedChart, LockFileError, read_lock
from components.platform.charts import CHART_NAMES, archive_file
from components.platform.settings import OFFICIAL_REPOSITORY, ChartsSettings
from components.settings.mesh import MeshSettings
from lab.errors import LabError
from lab.layout import CHECKOUT
from operations.charts.archive import Archive, checked, near_versions
from operations.charts.place import ISTIO, Place
from operations.charts.registry import Registry
from operations.charts.repository import HelmRepository
from operations.charts.web import Web

Fetch = Callable[[str, str], Archive]


def fetch_charts(settings: MeshSettings, progress: Callable[[str], None]) -> list[Archive]:
    """Every chart that the stack installs, each compared with the digest that its source states.

    `progress` gets one line for each. Nothing is written.

    Raises:
        LabError: a chart cannot be had, or is not what its source states.
    """
    archives: list[Archive] = []
    for fetch, name, version in _wanted(settings):
        archive = checked(fetch(name, version))
        progress(f"{archive.file_name}: {len(archive.content) / 1024:.0f} KiB from {archive.source}")
        archives.append(archive)
    return archives


def project_lock() -> Path:
    """The lock file of this project."""
    return CHECKOUT / LOCK_FILE


def locked_charts() -> tuple[LockedChart, ...] | None:
    """The content of the project's lock file; None when there is none.

    Raises:
        LabError: it is damaged.
    """
    try:
        return read_lock(project_lock())
    except LockFileError as error:
        raise LabError(f"{error}. Restore it from version control, or delete it and lock anew.") from None


def _wanted(settings: MeshSettings) -> Iterator[tuple[Fetch, str, str]]:
    """Each chart of the stack by name and version, with what fetches it."""
    istio, addons = settings.istio, settings.addons
    fetch = _source(istio.charts, OFFICIAL_REPOSITORY, ISTIO)
    for name in CHART_NAMES:
        yield fetch, name, istio.version
    for addon in installed_addons(addons):
        entry = catalog()[addon]
        place = Place(charts="addons.charts", version=f"addons.{addon}.chartVersion")
        yield _source(addons.charts, entry.repository, place), entry.chart, addon_chart(addons, addon).version


def _source(charts: ChartsSettings | AddonChartsSettings, official: str, place: Place) -> Fetch:
    if charts.folder:
        folder = CHECKOUT / charts.folder
        return lambda name, version: _from_folder(folder, name, version, place)
    if charts.oci:
        return Registry(charts.oci, Web(), place).fetch
    return HelmRepository(charts.repository or official, Web(), place).fetch


def _from_folder(folder: Path, name: str, version: str, place: Place) -> Archive:
    path = folder / archive_file(name, version)
    if path.is_file():
        return Archive(name=name, version=version, source=str(folder), content=path.read_bytes())
    if not folder.is_dir():
        raise LabError(f"{folder}: there is no such folder. Correct {place.charts}.folder of the stack file.")
    known = [one.stem.removeprefix(f"{name}-") for one in folder.glob(f"{name}-[0-9]*.tgz")]
    raise LabError(
        f"{folder}: has no {path.name}. The nearest versions that it has: {near_versions(version, known)}. "
        f"Choose one of them in {place.version} of the stack file, or put the chart there."
    )
