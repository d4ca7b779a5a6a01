"""Checks of stages, and of what is denied by default where."""

from collections.abc import Iterator

from components.security.authorization.settings import (
    AuthorizationSettings,
    DefaultDeny,
    NamespaceAuthorization,
    NamespaceDeny,
    Stage,
)
from components.services.checks.references import namespace_problems
from components.settings.mesh import MeshSettings
from components.settings.problems import Path, Problem


def stage_problems(settings: MeshSettings, authorization: AuthorizationSettings) -> Iterator[Problem]:
    """Namespaces that are not there, and those for which the policy of the mesh leaves no choice."""
    for name, one in authorization.namespaces.items():
        path: Path = ("authorization", "namespaces", name)
        if name == settings.control_plane.namespace:
            rule = f"'{name}' is the root namespace, whose policies are those of the mesh"
            yield Problem(path, rule, "Use `authorization.stage` and `authorization.defaultDeny`")
            continue
        yield from namespace_problems(settings, name, path)
        if one.stage is None and one.default_deny is None:
            yield Problem(path, "says nothing", "Add `stage` or `defaultDeny`, or remove it")
        if authorization.default_deny is DefaultDeny.MESH:
            yield from _against_the_mesh(authorization, one, path)


def _against_the_mesh(
    authorization: AuthorizationSettings, one: NamespaceAuthorization, path: Path
) -> Iterator[Problem]:
    if one.default_deny in (NamespaceDeny.NONE, NamespaceDeny.SERVICES):
        yield Problem(
            (*path, "defaultDeny"),
            f"'{one.default_deny}' cannot be less than `defaultDeny: mesh`, which denies here too",
            "Remove it, or set `authorization.defaultDeny` to namespaces",
        )
    if one.stage is Stage.AUDIT and authorization.stage is Stage.ENFORCE:
        yield Problem(
            (*path, "stage"),
            "what allows here would only be tried, while the mesh denies everybody already, so that all is refused",
            "Set `authorization.stage` to audit, and `enforce` here for each namespace that is ready",
        )
