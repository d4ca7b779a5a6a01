"""Where dashboards go to, and checks of it."""

from collections.abc import Iterator

from components.observability.operator import operator_home
from components.settings.explain import suggestion
from components.settings.later import imported_when_used
from components.settings.mesh import MeshSettings
from components.settings.problems import Problem

with imported_when_used():
    from components.observability.addons.grafana.settings import InstalledGrafana


def dashboard_namespace(settings: MeshSettings) -> str | None:
    """The namespace of the dashboards; None where there are none."""
    given = settings.dashboards
    installed = isinstance(settings.addons.grafana, InstalledGrafana)
    wanted = (installed or given.namespace is not None) if given.enabled is None else given.enabled
    return (given.namespace or settings.addons.namespace) if wanted else None


def dashboard_problems(settings: MeshSettings) -> Iterator[Problem]:
    """Dashboards that nothing shows, for which nothing makes what they show, or in a namespace that nobody reads."""
    given, installed = settings.dashboards, isinstance(settings.addons.grafana, InstalledGrafana)
    if given.enabled and given.namespace is None and not installed:
        yield Problem(
            ("dashboards", "enabled"),
            "true, but there is no Grafana that would show them",
            "Add `grafana: {}` to `addons`, or name the `namespace` in which a Grafana of your own looks",
        )
    elif dashboard_namespace(settings) and operator_home(settings) is None and not _told(settings):
        yield Problem(
            ("dashboards",),
            "would be empty: they show what recording rules and monitors make, and the stack knows of no Prometheus "
            "operator that would take these",
            "Add `alerts.operator` with the namespace and labels of yours, or `addons.prometheus`; without either set "
            "`dashboards: {enabled: false}`",
        )
    known = {*settings.namespaces, settings.addons.namespace, *(one.namespace for one in settings.gateways.values())}
    known.add(settings.control_plane.namespace)
    operator = settings.alerts.operator
    known |= {operator.namespace} if operator else set()
    if given.namespace and given.namespace not in known:
        meant = suggestion(given.namespace, known)
        fix = f"Declare it there, for example `{given.namespace}: {{create: false, injection: disabled}}`"
        yield Problem(
            ("dashboards", "namespace"),
            f"there is no namespace '{given.namespace}' in mesh.namespaces",
            f"Did you mean '{meant}'?" if meant else fix,
        )
    elif given.namespace and given.namespace != settings.addons.namespace and installed and given.enabled is not False:
        # Source: `rbac.namespaced` in grafana/values.py, with which the chart's sidecar looks at one namespace.
        yield Problem(
            ("dashboards", "namespace"),
            f"addons.grafana does not read '{given.namespace}', only its own namespace '{settings.addons.namespace}'",
            "Remove it, or give addons.grafana `kind: external` when the Grafana is not this program's",
        )


def _told(settings: MeshSettings) -> bool:
    """Whether the checks of Grafana say that there is nothing to show at all."""
    addons = settings.addons
    return isinstance(addons.grafana, InstalledGrafana) and addons.prometheus is None and addons.jaeger is None
