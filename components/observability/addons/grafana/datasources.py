"""What Grafana shows data of."""

from components.observability.addons.endpoints import dashboards, internal_url
from components.observability.addons.grafana.values import Datasource
from components.observability.addons.prometheus.settings import InstalledPrometheus
from components.observability.addons.settings import AddonsSettings

PROMETHEUS_UID = "prometheus"
"""The identifier of Prometheus among Grafana's data sources, by which dashboards refer to it."""

ALERTMANAGER_UID = "alertmanager"
JAEGER_UID = "jaeger"


def datasources(addons: AddonsSettings) -> list[Datasource]:
    """The data sources of an installed Grafana, in the words of Grafana's provisioning.

    Source: grafana.com/docs/grafana/latest/administration/provisioning, and the pages of each data source.
    """
    found: list[Datasource] = []
    if url := internal_url(addons, "prometheus"):
        more: dict[str, object] = {"httpMethod": "POST"}
        if isinstance(addons.prometheus, InstalledPrometheus):
            more["timeInterval"] = addons.prometheus.scrape_interval
        found.append(_source("Prometheus", "prometheus", PROMETHEUS_UID, url) | {"isDefault": True, "jsonData": more})
    if alertmanager := dashboards(addons).get("alertmanager"):
        # Silences and alerts are shown; alerts of Grafana itself are not sent there.
        more = {"implementation": "prometheus", "handleGrafanaManagedAlerts": False}
        source = _source("Alertmanager", "alertmanager", ALERTMANAGER_UID, alertmanager.url)
        found.append(source | {"jsonData": more})
    if url := internal_url(addons, "jaeger"):
        found.append(_source("Jaeger", "jaeger", JAEGER_UID, url))
    return found


def _source(name: str, kind: str, uid: str, url: str) -> Datasource:
    return {"name": name, "type": kind, "uid": uid, "url": url, "access": "proxy", "editable": False}
