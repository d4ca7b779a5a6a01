"""Helm values of the chart kiali-server."""

from collections.abc import Mapping, Sequence

from components.observability.addons.endpoints import KIALI_ROOT, browser_urls, internal_url, login_at
from components.observability.addons.grafana.settings import InstalledGrafana
from components.observability.addons.kiali.settings import InstalledKiali
from components.observability.addons.logins import kiali_login
from components.observability.addons.names import GRAFANA_ADMIN_SECRET, KIALI_SIGNING_SECRET
from components.observability.addons.settings import AddonsSettings
from components.observability.addons.shared import placement


def kiali_values(
    kiali: InstalledKiali,
    addons: AddonsSettings,
    *,
    root_namespace: str,
    istiod_api: bool,
    dashboard_links: Sequence[Mapping[str, object]] | None,
) -> dict[str, object]:
    """Values of kiali-server, in the chart's own names; None stands for the chart's default.

    `root_namespace` is istiod's; `istiod_api` says whether istiod shows Kiali its view of the mesh;
    `dashboard_links` are the dashboards of Grafana that it links to, Istio's own by name when None. Values of the form
    `secret:NAME:KEY` are read from Secrets (templates/_helpers.tpl of the chart). The chart's own network policy is
    off, because it opens Kiali to everybody, whatever other policies say.
    """
    where, budget = placement(kiali), kiali.pod_disruption_budget
    return {
        "auth": {
            "strategy": kiali.auth.strategy.value,
            "openid": dict(kiali.auth.openid) if kiali.auth.openid else None,
        },
        "deployment": {
            "replicas": kiali.replicas,
            "resources": kiali.resources.model_dump(by_alias=True),
            "view_only_mode": kiali.view_only,
            "image_pull_policy": "IfNotPresent",
            "node_selector": where["nodeSelector"],
            "tolerations": where["tolerations"],
            "pod_disruption_budget": {"spec": {"minAvailable": budget.min_available}} if budget else None,
            "network_policy": {"enabled": False},
        },
        "external_services": {
            "istio": {"root_namespace": root_namespace, "istio_api_enabled": istiod_api},
            "prometheus": {"url": internal_url(addons, "prometheus"), "auth": _login(addons, "prometheus")},
            "grafana": _grafana(addons, dashboard_links),
            "tracing": _tracing(addons),
        },
        "login_token": {"signing_key": f"secret:{KIALI_SIGNING_SECRET}:signing-key"},
        "server": {"web_root": KIALI_ROOT},
    }


def _grafana(addons: AddonsSettings, links: Sequence[Mapping[str, object]] | None) -> dict[str, object]:
    if addons.grafana is None:
        return {"enabled": False}
    installed = isinstance(addons.grafana, InstalledGrafana)
    login = {
        "type": "basic",
        "username": f"secret:{GRAFANA_ADMIN_SECRET}:admin-user",
        "password": f"secret:{GRAFANA_ADMIN_SECRET}:admin-password",
    }
    return {
        "enabled": True,
        "internal_url": internal_url(addons, "grafana"),
        "external_url": browser_urls(addons).get("grafana"),
        "dashboards": links if links is None else list(links),
        "auth": login if installed else _login(addons, "grafana"),
    }


def _tracing(addons: AddonsSettings) -> dict[str, object]:
    if addons.jaeger is None:
        return {"enabled": False}
    return {
        "enabled": True,
        "provider": "jaeger",
        "internal_url": internal_url(addons, "jaeger"),
        "external_url": browser_urls(addons).get("jaeger"),
        "auth": _login(addons, "jaeger"),
        # Jaeger's page and its HTTP API have one address, which a proxy in front of it passes on as well.
        "use_grpc": False,
    }


def _login(addons: AddonsSettings, name: str) -> dict[str, object] | None:
    login = login_at(addons, name)
    return kiali_login(login) if login else None
