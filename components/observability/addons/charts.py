"""Which chart each addon is installed from."""

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache

from components.observability.addons.names import ADDONS
from components.observability.addons.settings import AddonsSettings
from components.platform.charts import Chart, archive_file
from components.settings.data_files import yaml_data
from components.settings.later import imported_when_used

with imported_when_used():
    from components.observability.addons.shared import InstalledAddon


@dataclass(frozen=True, kw_only=True)
class CatalogEntry:
    """The chart of one addon as its publisher has it."""

    chart: str
    repository: str
    version: str


@cache
def catalog() -> Mapping[str, CatalogEntry]:
    """The table of catalog.yaml, by addon."""
    return {addon: CatalogEntry(**row) for addon, row in yaml_data(__package__, "catalog.yaml").items()}


def installed_addons(addons: AddonsSettings) -> dict[str, InstalledAddon]:
    """The addons that the program installs, by name."""
    named = {name: getattr(addons, name) for name in ADDONS}
    return {name: addon for name, addon in named.items() if isinstance(addon, InstalledAddon)}


def addon_chart(addons: AddonsSettings, name: str) -> Chart:
    """The chart of the addon `name` from the source that the stack names."""
    entry, source = catalog()[name], addons.charts
    version = installed_addons(addons)[name].chart_version or entry.version
    if source.folder:
        return Chart(reference=f"{source.folder.rstrip('/')}/{archive_file(entry.chart, version)}", version=version)
    if source.oci:
        return Chart(reference=f"{source.oci.rstrip('/')}/{entry.chart}", version=version)
    return Chart(reference=entry.chart, version=version, repository=source.repository or entry.repository)
