"""Settings of the addons."""

from components.settings.field_types import DnsLabel, HttpUrl, OciUrl, Text
from components.settings.later import imported_when_used
from components.settings.model import SettingsModel

with imported_when_used():
    from components.observability.addons.grafana.settings import GrafanaSettings
    from components.observability.addons.jaeger.settings import JaegerSettings
    from components.observability.addons.kiali.settings import KialiSettings
    from components.observability.addons.prometheus.settings import PrometheusSettings


class AddonChartsSettings(SettingsModel):
    """Where the charts of addons come from: one source for all; each publisher's own repository when none is named."""

    repository: HttpUrl | None = None
    """A Helm repository with the charts of all addons, by its http:// or https:// address."""
    folder: Text | None = None
    """A folder with NAME-<version>.tgz of each chart, relative to the project."""
    oci: OciUrl | None = None
    """An OCI registry path that holds the charts."""
    locked: bool = True
    """Whether the charts have to be those of charts.lock.yaml, where the project has that file."""


class AddonsSettings(SettingsModel):
    """The addons: what is named here is installed, or is somebody else's with `kind: external`; nothing else is there.

    `{}` installs one as the profile says.
    """

    namespace: DnsLabel = "observability"
    """The namespace of all installed addons, created when `namespaces` does not declare it, without sidecars.

    Not that of istiod: there lies the mesh's CA, and Grafana and Kiali read Secrets and ConfigMaps.
    """
    charts: AddonChartsSettings = AddonChartsSettings.defaults()
    """The source of the addons' charts."""
    prometheus: PrometheusSettings | None = None
    """Prometheus and Alertmanager: metrics and alerts."""
    grafana: GrafanaSettings | None = None
    """Grafana: dashboards."""
    jaeger: JaegerSettings | None = None
    """Jaeger: traces."""
    kiali: KialiSettings | None = None
    """Kiali: what calls what, and what is wrong with it."""
