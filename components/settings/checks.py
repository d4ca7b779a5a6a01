"""Checks over a whole mesh: what no single model can see."""

from collections.abc import Callable, Iterator, Sequence
from datetime import date

from components.control_plane.checks import control_plane_problems
from components.gateways.checks import gateway_problems
from components.mesh_config.checks import mesh_config_problems
from components.namespaces.checks import namespace_problems
from components.observability.alerts.checks import alert_problems
from components.observability.dashboards.checks import dashboard_problems
from components.observability.telemetry.checks import telemetry_problems
from components.platform.checks import platform_problems
from components.platform.secrets_in_clear import secrets_in_clear
from components.security.mtls.checks import mtls_problems
from components.security.network_policies.checks import network_policy_problems
from components.security.problems import ended_exceptions, security_problems
from components.settings.later import imported_when_used
from components.settings.mesh import MeshSettings
from components.settings.problems import Path, Problem
from components.settings.profiles import Profile
from components.tls.checks import tls_problems
from components.traffic.checks.whole import traffic_problems

with imported_when_used():
    from components.observability.addons.checks import addon_problems
    from components.resources.checks import resource_problems
    from components.samples.bookinfo.checks import bookinfo_problems
    from components.security.roles.checks import role_problems
    from components.services.checks import service_problems
    from components.settings.production import production_problems

Check = Callable[[MeshSettings], Iterator[Problem]]


def _of(check: Check, *sections: str) -> Check:
    """`check`, for which nothing is wrong, and which is not imported, while a stack says nothing of its `sections`."""

    def said(settings: MeshSettings) -> Iterator[Problem]:
        fields = MeshSettings.model_fields
        if any(getattr(settings, one) != fields[one].get_default(call_default_factory=True) for one in sections):
            yield from check(settings)

    return said


def _guard_rails(settings: MeshSettings) -> Iterator[Problem]:
    if settings.profile is Profile.PRODUCTION:
        yield from production_problems(settings)


CHECKS: tuple[Check, ...] = (
    platform_problems,
    secrets_in_clear,
    namespace_problems,
    control_plane_problems,
    mesh_config_problems,
    mtls_problems,
    network_policy_problems,
    _of(role_problems, "roles"),
    tls_problems,
    gateway_problems,
    _of(service_problems, "services", "externals"),
    telemetry_problems,
    security_problems,
    _of(resource_problems, "resources"),
    alert_problems,
    _of(addon_problems, "addons"),
    dashboard_problems,
    bookinfo_problems,
    _guard_rails,
)
"""In the order of the stack file, which is the order of the messages."""


def check(settings: MeshSettings, wrong: Sequence[Path] = (), today: date | None = None) -> list[Problem]:
    """Every contradiction in `settings`; an empty list when there is none.

    `wrong` are the paths of values that were refused before, and repaired. Without `today` no date is looked at.
    """
    found = [problem for one in CHECKS for problem in one(settings)]
    if today is not None:
        found += ended_exceptions(settings, today)
    return [*found, *traffic_problems(settings, [*wrong, *(problem.path for problem in found)])]
