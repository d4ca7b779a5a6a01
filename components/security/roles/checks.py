"""Checks of the roles."""

from collections.abc import Iterator, Mapping, Sequence

from components.namespaces.checks import KUBERNETES_NAMESPACES
from components.settings.explain import suggestion
from components.settings.mesh import MeshSettings
from components.settings.problems import Path, Problem

_BASE: Path = ("roles",)

_EVERYBODY = ("system:authenticated", "system:unauthenticated", "system:serviceaccounts")
"""Groups of Kubernetes that everybody, or every pod, is in (kubernetes.io/docs/reference/access-authn-authz/rbac)."""


def role_problems(settings: MeshSettings) -> Iterator[Problem]:
    """Roles of groups, gateways and namespaces that are not there, and of everybody."""
    roles = settings.roles
    for path, groups in _named(settings):
        yield from _group_problems(groups, roles.groups, path)
    yield from _gateway_problems(settings)
    yield from _namespace_problems(settings, roles.application_team, (*_BASE, "applicationTeam"), writes=True)
    yield from _namespace_problems(settings, roles.viewer.namespaces, (*_BASE, "viewer", "namespaces"), writes=False)


def _named(settings: MeshSettings) -> Iterator[tuple[Path, Sequence[str]]]:
    roles = settings.roles
    yield (*_BASE, "groups"), roles.groups or ()
    yield (*_BASE, "meshAdmin"), roles.mesh_admin or ()
    for name, groups in roles.gateway_owner.items():
        yield (*_BASE, "gatewayOwner", name), groups
    for name, groups in roles.application_team.items():
        yield (*_BASE, "applicationTeam", name), groups
    yield (*_BASE, "viewer", "everywhere"), roles.viewer.everywhere or ()
    for name, groups in roles.viewer.namespaces.items():
        yield (*_BASE, "viewer", "namespaces", name), groups


def _group_problems(groups: Sequence[str], known: Sequence[str] | None, path: Path) -> Iterator[Problem]:
    for index, group in enumerate(groups):
        here = (*path, index)
        if group in groups[:index]:
            yield Problem(here, f"'{group}' is given twice", "Remove one")
        elif group == "system:masters":
            yield Problem(here, "'system:masters' passes every check of the cluster, and needs no role", "Remove it")
        elif group in _EVERYBODY or group.startswith("system:serviceaccounts:"):
            yield Problem(here, f"'{group}' is everybody who can sign in, or every pod", "Name a group of people")
        elif known is not None and group not in known:
            meant = suggestion(group, known)
            fix = f"Did you mean '{meant}'?" if meant else "Add it there, or name one of them"
            yield Problem(here, f"there is no group '{group}' in roles.groups", fix)


def _gateway_problems(settings: MeshSettings) -> Iterator[Problem]:
    owners = settings.roles.gateway_owner
    for name in owners:
        path: Path = (*_BASE, "gatewayOwner", name)
        if name not in settings.gateways:
            meant = suggestion(name, settings.gateways)
            fix = f"Did you mean '{meant}'?" if meant else "Declare it there, or remove it"
            yield Problem(path, f"there is no gateway '{name}' in mesh.gateways", fix)
            continue
        home = settings.gateways[name].namespace
        for other, gateway in settings.gateways.items():
            if other != name and gateway.namespace == home and set(owners.get(other, ())) != set(owners[name]):
                yield Problem(
                    path,
                    f"'{home}' is also the namespace of the gateway '{other}', which its owners could change as well, "
                    "because RBAC cannot tell new objects of the two apart",
                    f"Give each gateway a namespace of its own, or the same owners to '{other}'",
                )
                break


def _namespace_problems(
    settings: MeshSettings, bound: Mapping[str, Sequence[str]], path: Path, *, writes: bool
) -> Iterator[Problem]:
    gateways = {one.namespace for one in settings.gateways.values()}
    used = {one.namespace for one in settings.services.values()}
    known = {*settings.namespaces, *used, *gateways, settings.control_plane.namespace}
    for name in bound:
        if name not in known:
            meant = suggestion(name, known)
            fix = f"Did you mean '{meant}'?" if meant else f"Declare it there, such as `{name}: {{create: false, …}}`"
            yield Problem((*path, name), f"there is no namespace '{name}' in mesh.namespaces", fix)
        elif writes and name == settings.control_plane.namespace:
            yield Problem(
                (*path, name),
                f"'{name}' is the root namespace, where a policy holds for the whole mesh",
                "Use `meshAdmin` for those who may write there",
            )
        elif writes and name in KUBERNETES_NAMESPACES[1:]:
            yield Problem((*path, name), f"'{name}' belongs to Kubernetes, and has no application", "Remove it")
        elif writes and name in gateways:
            yield Problem(
                (*path, name),
                f"'{name}' is the namespace of a gateway, for which a team could decide who may use it",
                "Use `gatewayOwner`, or another namespace",
            )
