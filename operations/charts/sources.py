"""The charts of a stack, fetched from wherever the stack takes them."""

from collections.abc import Callable
from pathlib import Path

from components.platform.chart_lock import LOCK_FILE, LockedChart, LockFileError, read_lock
from components.platform.charts import CHART_NAMES
from components.platform.settings import OFFICIAL_REPOSITORY, IstioSettings
from lab.errors import LabError
from lab.layout import CHECKOUT
from operations.charts.archive import Archive, checked, near_versions
from operations.charts.registry import Registry
from operations.charts.repository import HelmRepository
from operations.charts.web import Web

Fetch = Callable[[str, str], Archive]


def fetch_charts(istio: IstioSettings, progress: Callable[[str], None]) -> list[Archive]:
    """Every chart that the stack installs, each compared with the digest that its source states.

    `progress` gets one line for each. Nothing is written.

    Raises:
        LabError: a chart cannot be had, or is not what its source states.
    """
    fetch = _source(istio)
    archives: list[Archive] = []
    for name in CHART_NAMES:
        archive = checked(fetch(name, istio.version))
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


def _source(istio: IstioSettings) -> Fetch:
    if istio.charts.folder:
        folder = CHECKOUT / istio.charts.folder
        return lambda name, version: _from_folder(folder, name, version)
    if istio.charts.oci:
        return Registry(istio.charts.oci, Web()).fetch
    return HelmRepository(istio.charts.repository or OFFICIAL_REPOSITORY, Web()).fetch


def _from_folder(folder: Path, name: str, version: str) -> Archive:
    path = folder / f"{name}-{version}.tgz"
    if path.is_file():
        return Archive(name=name, version=version, source=str(folder), content=path.read_bytes())
    if not folder.is_dir():
        raise LabError(f"{folder}: there is no such folder. Correct istio.charts.folder of the stack file.")
    known = [one.stem.removeprefix(f"{name}-") for one in folder.glob(f"{name}-[0-9]*.tgz")]
    raise LabError(
        f"{folder}: has no {path.name}. The nearest versions that it has: {near_versions(version, known)}. "
        "Choose one of them in istio.version of the stack file, or put the chart there."
    )
