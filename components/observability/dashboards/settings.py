"""Settings of dashboards."""

from components.settings.field_types import DnsLabel, Text
from components.settings.model import SettingsModel


class DashboardsSettings(SettingsModel):
    """Dashboards: mesh, service, workload, control plane, gateway, canary, alerts."""

    enabled: bool | None = None
    """Whether there are dashboards; where `addons` installs Grafana, or `namespace` is given, when left out."""
    namespace: DnsLabel | None = None
    """The namespace of their ConfigMaps, for a Grafana of your own that loads those with grafana_dashboard: "1".

    That of the addons when left out.
    """
    folder: Text = "Istio"
    """The folder in Grafana."""
