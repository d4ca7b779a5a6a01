"""What default deny covers, and in which stage."""

from collections.abc import Iterator

from components.security.authorization.settings import AuthorizationSettings, DefaultDeny, NamespaceDeny, Stage
from components.settings.mesh import MeshSettings

_LEVELS = {
    DefaultDeny.NONE: NamespaceDeny.NONE,
    DefaultDeny.SERVICES: NamespaceDeny.SERVICES,
    DefaultDeny.NAMESPACES: NamespaceDeny.NAMESPACE,
    DefaultDeny.MESH: NamespaceDeny.NAMESPACE,
}


def stage_of(authorization: AuthorizationSettings, namespace: str) -> Stage:
    """The stage of policies in a namespace."""
    own = authorization.namespaces.get(namespace)
    return (own.stage if own else None) or authorization.stage


def level_of(authorization: AuthorizationSettings, namespace: str) -> NamespaceDeny:
    """What takes nobody but declared callers in a namespace."""
    own = authorization.namespaces.get(namespace)
    return (own.default_deny if own else None) or _LEVELS[authorization.default_deny]


def denied_namespaces(settings: MeshSettings) -> list[str]:
    """The namespaces that get a policy of their own which allows nothing.

    Those with services, and those that say so; but not where the policy of the whole mesh does it in the same stage.
    Istio tries policies apart from those in effect: one that is only tried would not hold for a namespace that is
    further on (build in pilot/pkg/security/authz/builder/builder.go).
    """
    authorization = settings.authorization
    if authorization is None:
        return []
    named = [one.namespace for one in settings.services.values()]
    whole = authorization.default_deny is DefaultDeny.MESH
    named += [name for name, one in authorization.namespaces.items() if one.default_deny or (whole and one.stage)]
    return [
        name
        for name in dict.fromkeys(named)
        if name != settings.control_plane.namespace
        and level_of(authorization, name) is NamespaceDeny.NAMESPACE
        and not (whole and stage_of(authorization, name) is authorization.stage)
    ]


def covered(settings: MeshSettings, namespace: str, *, service: bool = False) -> bool:
    """Whether a workload of a namespace takes nobody but declared callers; `service` for that of an entry."""
    authorization = settings.authorization
    if authorization is None:
        return False
    if authorization.default_deny is DefaultDeny.MESH or namespace in denied_namespaces(settings):
        return True
    return service and level_of(authorization, namespace) is not NamespaceDeny.NONE


def covered_services(settings: MeshSettings) -> Iterator[str]:
    """The entries of `services` that take nobody but declared callers."""
    for key, service in settings.services.items():
        if covered(settings, service.namespace, service=True):
            yield key


def covered_gateways(settings: MeshSettings) -> Iterator[str]:
    """The gateways that would take nobody, if nothing allowed it."""
    for name, gateway in settings.gateways.items():
        if covered(settings, gateway.namespace):
            yield name
