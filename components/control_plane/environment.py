"""Environment variables of istiod: what is known of them, and those that follow from other settings."""

from collections.abc import Mapping
from functools import cache
from typing import Any

from components.kinds.scalars import truth
from components.settings.data_files import yaml_data
from components.settings.later import imported_when_used
from components.settings.mesh import MeshSettings

with imported_when_used():
    from components.observability.addons.kiali.settings import InstalledKiali

BLOCKED_RANGES = "BLOCKED_CIDRS_IN_JWKS_URIS"
"""Where istiod does not fetch keys from (pilot/pkg/features/pilot.go of Istio 1.29)."""

DEBUG_NAMESPACES = "DEBUG_ENDPOINT_AUTH_ALLOWED_NAMESPACES"
"""Whose ServiceAccounts may see istiod's debug pages, besides those of its own namespace (pilot/pkg/xds/debug.go)."""

SEVERAL_AUTHORIZERS = "PILOT_ENABLE_MULTIPLE_CUSTOM_AUTHZ_PROVIDERS"
"""Whether a workload may have CUSTOM policies of several authorizers (pilot/pkg/features/security.go of Istio 1.30)."""

ALPHA_GATEWAY_API = "PILOT_ENABLE_ALPHA_GATEWAY_API"
"""Whether istiod reads what it calls alpha in the Gateway API (pilot/pkg/features/experimental.go of Istio)."""

Version = tuple[int, ...]


@cache
def known_environment() -> Mapping[str, Any]:
    """The table of env.yaml."""
    return yaml_data(__package__, "env.yaml")


@cache
def variable_types() -> Mapping[str, str]:
    """What istiod reads each of its variables as: bool, duration, float, int or text (env_names.yaml)."""
    by_type = yaml_data(__package__, "env_names.yaml")
    return {name: kind for kind, names in by_type.items() for name in names}


def version_of(text: str) -> Version:
    """`(1, 29, 1)` for '1.29.1'."""
    return tuple(int(part) for part in text.split("."))


def first_version(name: str, istio: str) -> str | None:
    """The version that a variable came with, if `istio` is older and does not know it; None where it does.

    Some came to several minor versions at once, each by a patch of its own.
    """
    came: list[str] = known_environment()["since"].get(name, [])
    installed = version_of(istio)
    same_minor = [one for one in came if version_of(one)[:2] == installed[:2]]
    needed = same_minor or [one for one in came if version_of(one) > installed]
    return next((one for one in needed if version_of(one) > installed), None)


def implied_environment(settings: MeshSettings) -> dict[str, str]:
    """The variables that this version of istiod knows, and that other settings than `env` decide about."""
    blocked = settings.control_plane.blocked_jwks_ranges
    implied = {BLOCKED_RANGES: ",".join(blocked)} if blocked else {}
    if DEBUG_NAMESPACES not in settings.control_plane.env and kiali_asks_istiod(settings):
        implied[DEBUG_NAMESPACES] = settings.addons.namespace
    return {name: value for name, value in implied.items() if not first_version(name, settings.istio.version)}


def kiali_asks_istiod(settings: MeshSettings) -> bool:
    """Whether an installed Kiali gets istiod's view of the mesh, which istiod shows on its debug pages only."""
    shown = truth(settings.control_plane.env.get("ENABLE_DEBUG_ON_HTTP", "true"))
    return isinstance(settings.addons.kiali, InstalledKiali) and shown is not False
