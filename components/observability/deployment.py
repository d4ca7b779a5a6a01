"""Deploys what makes a mesh seen: addons, dashboards, monitors and alerts, in the order that they need."""

import pulumi

from components.control_plane.environment import kiali_asks_istiod
from components.observability.addons.charts import installed_addons
from components.observability.addons.component import Addons, AddonsArgs
from components.observability.alerts.component import AlertRouting, AlertRoutingArgs, AlertRules, AlertRulesArgs
from components.observability.alerts.routing import CONFIGURATION_SECRET, mounted_secrets
from components.observability.alerts.specs import prometheus_rules
from components.observability.dashboards.checks import dashboard_namespace
from components.observability.dashboards.component import Dashboards, DashboardsArgs
from components.observability.dashboards.specs import dashboard_manifests, kiali_links
from components.observability.monitors.component import MeshMonitors, MeshMonitorsArgs
from components.observability.monitors.specs import mesh_monitors
from components.observability.operator import OperatorHome, operator_home
from components.settings.mesh import MeshSettings
from components.settings.secrets import Secrets


def deploy_observability(name: str, settings: MeshSettings, secrets: Secrets, opts: pulumi.ResourceOptions) -> None:
    """Register the addons, and what a Prometheus operator collects and alerts on, as children of the mesh `name`."""
    home = operator_home(settings)
    # Before the addons: Alertmanager does not start without its configuration.
    told = [_alert_routing(name, settings, secrets, home, opts)] if home else []
    addons = _addons(name, settings, home, _after(told, opts)) if installed_addons(settings.addons) else []
    if dashboard_namespace(settings):
        Dashboards(f"{name}-dashboards", DashboardsArgs(manifests=dashboard_manifests(settings)), opts)
    if home:
        monitors = MeshMonitorsArgs(monitors=mesh_monitors(settings, home))
        MeshMonitors(f"{name}-monitors", monitors, _after(addons, opts))
        rules = AlertRulesArgs(rules=prometheus_rules(settings, home))
        AlertRules(f"{name}-alerts", rules, _after(addons, opts))


def _alert_routing(
    name: str, settings: MeshSettings, secrets: Secrets, home: OperatorHome, opts: pulumi.ResourceOptions
) -> pulumi.Resource:
    args = AlertRoutingArgs(alerts=settings.alerts, namespace=home.namespace, secrets=secrets)
    return AlertRouting(f"{name}-alert-routing", args, opts)


def _addons(
    name: str, settings: MeshSettings, home: OperatorHome | None, opts: pulumi.ResourceOptions
) -> list[pulumi.Resource]:
    """Install the addons; what comes after the result finds the kinds of Prometheus' operator."""
    args = AddonsArgs(
        addons=settings.addons,
        root_namespace=settings.control_plane.namespace,
        istiod_api=kiali_asks_istiod(settings),
        config_secret=CONFIGURATION_SECRET if home and home.namespace == settings.addons.namespace else None,
        mounted_secrets=mounted_secrets(settings.alerts),
        dashboard_links=kiali_links() if dashboard_namespace(settings) else None,
    )
    releases = Addons(f"{name}-addons", args, opts).releases
    return [releases["prometheus"]] if "prometheus" in releases else []


def _after(parts: list[pulumi.Resource], opts: pulumi.ResourceOptions) -> pulumi.ResourceOptions:
    return pulumi.ResourceOptions.merge(opts, pulumi.ResourceOptions(depends_on=parts))
