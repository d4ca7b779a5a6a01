"""Where dashboards go to, and checks of it."""

from collections.abc import Iterator

from components.observability.addons.grafana.settings import InstalledGrafana
from components.settings.explain import suggestion
from components.settings.mesh import MeshSettings
from components.settings.problems import Problem


def dashboard_namespace(settings: MeshSettings) -> str | None:
    """The namespace of the dashboards; None where there are none."""
    given = settings.dashboards
    installed = isinstance(settings.addons.grafana, InstalledGrafana)
    wanted = (installed or given.namespace is not None) if given.enabled is None else given.enabled
    return (given.namespace or settings.addons.namespace) if wanted else None


def dashboard_problems(settings: MeshSettings) -> Iterator[Problem]:
    """Dashboards that are wanted where nothing shows them, or in a namespace that is not there."""
    given, installed = settings.dashboards, isinstance(settings.addons.grafana, InstalledGrafana)
    if given.enabled and given.namespace is None and not installed:
        yield Problem(
            ("dashboards", "enabled"),
            "true, but there is no Grafana that would show them",
            "Add `grafana: {}` to `addons`, or name the `namespace` in which a Grafana of your own looks",
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
