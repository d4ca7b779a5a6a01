"""Where a chart comes from, as the options of a Helm release, and that this is one place."""

from collections.abc import Iterator
from dataclasses import dataclass

from components.platform.settings import OFFICIAL_REPOSITORY, ChartsSettings, IstioSettings
from components.settings.model import SettingsModel
from components.settings.problems import Path, Problem

CHART_NAMES = ("base", "istiod", "gateway")
"""The charts of Istio that the program installs, by their published names."""


@dataclass(frozen=True, kw_only=True)
class Chart:
    """One chart of one version."""

    reference: str
    """A name within `repository`, a path of a .tgz file, or an oci:// reference."""
    version: str
    repository: str | None = None


def istio_chart(istio: IstioSettings, name: str) -> Chart:
    """The chart `name` of Istio from the source that the stack names."""
    charts, version = istio.charts, istio.version
    if charts.folder:
        return Chart(reference=chart_file(charts, name, version), version=version)
    if charts.oci:
        return Chart(reference=f"{charts.oci.rstrip('/')}/{name}", version=version)
    return Chart(reference=name, version=version, repository=charts.repository or OFFICIAL_REPOSITORY)


def archive_file(name: str, version: str) -> str:
    """The name of a packaged chart, as `helm pull` and `helm package` give it."""
    return f"{name}-{version}.tgz"


def chart_file(charts: ChartsSettings, name: str, version: str) -> str:
    """The path of a chart in the folder of `charts`."""
    return f"{(charts.folder or '.').rstrip('/')}/{archive_file(name, version)}"


def chart_source_problems(charts: SettingsModel, path: Path) -> Iterator[Problem]:
    """Charts, of Istio or of addons, from several sources at once."""
    named = [key for key in ("repository", "folder", "oci") if getattr(charts, key)]
    if len(named) > 1:
        rule = f"{' and '.join(named)} are given, but charts come from one source"
        yield Problem(path, rule, "Keep one of them")
