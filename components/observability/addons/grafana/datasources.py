"""What Grafana shows data of."""

from components.observability.addons.endpoints import dashboards, internal_url, login_at
from components.observability.addons.grafana.values import Datasource
from components.observability.addons.logins import grafana_login, variables
from components.observability.addons.prometheus.settings import InstalledPrometheus
from components.observability.addons.settings import AddonsSettings
from components.platform.chart_values import merged

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
        source = _source("Prometheus", "prometheus", PROMETHEUS_UID, url) | {"isDefault": True, "jsonData": more}
        found.append(_signed_in(addons, "prometheus", source))
    if alertmanager := dashboards(addons).get("alertmanager"):
        # Silences and alerts are shown; alerts of Grafana itself are not sent there.
        more = {"implementation": "prometheus", "handleGrafanaManagedAlerts": False}
        source = _source("Alertmanager", "alertmanager", ALERTMANAGER_UID, alertmanager.url)
        found.append(source | {"jsonData": more})
    if url := internal_url(addons, "jaeger"):
        found.append(_signed_in(addons, "jaeger", _source("Jaeger", "jaeger", JAEGER_UID, url)))
    return found


def login_variables(addons: AddonsSettings) -> dict[str, dict[str, object]]:
    """The environment variables with the logins that the data sources name, as Grafana's chart takes them."""
    logins = {name: login_at(addons, name) for name in ("prometheus", "jaeger")}
    return {key: value for name, login in logins.items() if login for key, value in variables(name, login).items()}


def _signed_in(addons: AddonsSettings, name: str, source: Datasource) -> Datasource:
    login = login_at(addons, name)
    return merged(source, grafana_login(name, login)) if login else source


def _source(name: str, kind: str, uid: str, url: str) -> Datasource:
    return {"name": name, "type": kind, "uid": uid, "url": url, "access": "proxy", "editable": False}
