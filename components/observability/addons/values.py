"""All Helm values of each installed addon."""

from collections.abc import Mapping, Sequence

from components.observability.addons.charts import installed_addons
from components.observability.addons.grafana.datasources import datasources, login_variables
from components.observability.addons.grafana.settings import InstalledGrafana
from components.observability.addons.grafana.values import grafana_values
from components.observability.addons.jaeger.settings import InstalledJaeger
from components.observability.addons.jaeger.values import jaeger_values
from components.observability.addons.kiali.settings import InstalledKiali
from components.observability.addons.kiali.values import kiali_values
from components.observability.addons.prometheus.settings import InstalledPrometheus
from components.observability.addons.prometheus.values import prometheus_values
from components.observability.addons.settings import AddonsSettings
from components.platform.chart_values import merged, without_none


def addon_values(
    addons: AddonsSettings,
    *,
    root_namespace: str,
    istiod_api: bool,
    config_secret: str | None,
    mounted_secrets: Sequence[str] = (),
    dashboard_links: Sequence[Mapping[str, object]] | None = None,
) -> dict[str, dict[str, object]]:
    """The values of the chart of each installed addon, by addon, with what the stack adds on top."""
    own: dict[str, dict[str, object]] = {}
    if isinstance(addons.prometheus, InstalledPrometheus):
        own["prometheus"] = prometheus_values(
            addons.prometheus, config_secret=config_secret, mounted_secrets=mounted_secrets
        )
    if isinstance(addons.grafana, InstalledGrafana):
        own["grafana"] = grafana_values(addons.grafana, datasources(addons), login_variables(addons))
    if isinstance(addons.jaeger, InstalledJaeger):
        own["jaeger"] = jaeger_values(addons.jaeger)
    if isinstance(addons.kiali, InstalledKiali):
        own["kiali"] = kiali_values(
            addons.kiali,
            addons,
            root_namespace=root_namespace,
            istiod_api=istiod_api,
            dashboard_links=dashboard_links,
        )
    installed = installed_addons(addons)
    return {name: merged(without_none(values), installed[name].extra_values) for name, values in own.items()}
