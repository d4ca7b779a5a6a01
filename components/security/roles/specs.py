"""ClusterRoles, and what binds them to groups."""

from collections.abc import Iterable, Iterator, Mapping
from functools import cache
from typing import Any

from components.platform.labels import COMMON_LABELS
from components.platform.manifest import Manifest
from components.settings.data_files import yaml_data
from components.settings.mesh import MeshSettings

_API = "rbac.authorization.k8s.io"
_PREFIX = "istio-mesh-"


@cache
def role_rules() -> Mapping[str, Any]:
    """The table of rules.yaml."""
    return yaml_data(__package__, "rules.yaml")


def role_manifests(settings: MeshSettings) -> dict[str, Manifest]:
    """Every ClusterRole and binding of a stack by its role; none where nobody has a role.

    A role of a namespace is a ClusterRole that a RoleBinding gives for that namespace only. Only roles that somebody
    has, or that Kubernetes' own take up, are made.
    """
    if not settings.roles.given:
        return {}
    bindings = dict(_bindings(settings))
    used = {binding["roleRef"]["name"].removeprefix(_PREFIX) for binding in bindings.values()}
    if settings.roles.aggregate:
        used |= set(role_rules()["aggregated"])
    made = {name: _cluster_role(name, settings) for name in role_rules()["roles"] if name in used}
    return made | bindings


def _bindings(settings: MeshSettings) -> Iterator[tuple[str, Manifest]]:
    roles = settings.roles
    if roles.mesh_admin:
        yield "mesh-admin-everywhere", _binding("mesh-admin", roles.mesh_admin)
        edges = {one.namespace for one in settings.gateways.values()}
        for namespace in sorted({settings.control_plane.namespace, *edges}):
            yield f"mesh-admin-debug-{namespace}", _binding("mesh-admin-debug", roles.mesh_admin, namespace)
    for namespace, groups in _by_namespace(settings).items():
        yield f"gateway-owner-{namespace}", _binding("gateway-owner", groups, namespace)
    for namespace, groups in roles.application_team.items():
        yield f"application-team-{namespace}", _binding("application-team", groups, namespace)
    if roles.viewer.everywhere:
        yield "viewer-everywhere", _binding("viewer", roles.viewer.everywhere)
    for namespace, groups in roles.viewer.namespaces.items():
        yield f"viewer-{namespace}", _binding("viewer", groups, namespace)


def _by_namespace(settings: MeshSettings) -> dict[str, list[str]]:
    """The owners of all gateways of each namespace: RBAC cannot tell a new object of one gateway from another's."""
    found: dict[str, list[str]] = {}
    for name, groups in settings.roles.gateway_owner.items():
        if name in settings.gateways:
            known = found.setdefault(settings.gateways[name].namespace, [])
            known += [group for group in groups if group not in known]
    return found


def _cluster_role(name: str, settings: MeshSettings) -> Manifest:
    taken_up = role_rules()["aggregated"].get(name) if settings.roles.aggregate else None
    labels = {f"{_API}/aggregate-to-{taken_up}": "true"} if taken_up else {}
    return {
        "apiVersion": f"{_API}/v1",
        "kind": "ClusterRole",
        "metadata": {"name": f"{_PREFIX}{name}", "labels": {**COMMON_LABELS, **labels}},
        "rules": role_rules()["roles"][name],
    }


def _binding(role: str, groups: Iterable[str], namespace: str | None = None) -> Manifest:
    place = {"namespace": namespace} if namespace else {}
    return {
        "apiVersion": f"{_API}/v1",
        "kind": "RoleBinding" if namespace else "ClusterRoleBinding",
        "metadata": {"name": f"{_PREFIX}{role}", **place, "labels": COMMON_LABELS},
        "roleRef": {"apiGroup": _API, "kind": "ClusterRole", "name": f"{_PREFIX}{role}"},
        "subjects": [{"kind": "Group", "apiGroup": _API, "name": group} for group in groups],
    }
