"""Addons of stacks for tests."""

from collections.abc import Sequence
from typing import Any

from components.observability.addons.values import addon_values
from components.observability.dashboards.checks import dashboard_namespace
from components.observability.dashboards.specs import kiali_links
from components.settings.mesh import MeshSettings
from tests.support.stacks import DEMO, PRODUCTION, settings_of

ALL: dict[str, Any] = {"prometheus": {}, "grafana": {}, "jaeger": {}, "kiali": {}}
"""Every addon as the profile has it."""


def demo_addons(**addons: object) -> MeshSettings:
    """The small demo stack with these addons."""
    return settings_of(DEMO | {"addons": addons})


def production_addons(**addons: object) -> MeshSettings:
    """The small production stack with these addons."""
    return settings_of(PRODUCTION | {"addons": addons})


def values_of(
    settings: MeshSettings, config_secret: str | None = None, mounted_secrets: Sequence[str] = ()
) -> dict[str, Any]:
    """The Helm values of every installed addon of a stack."""
    return addon_values(
        settings.addons,
        root_namespace=settings.control_plane.namespace,
        istiod_api=True,
        config_secret=config_secret,
        mounted_secrets=mounted_secrets,
        dashboard_links=kiali_links() if dashboard_namespace(settings) else None,
    )
