"""Checks of who reaches whom, once default deny is in effect."""

from collections.abc import Iterator

from components.security.authorization.checks.sources import has_identity
from components.security.authorization.coverage import covered_services, stage_of
from components.security.authorization.grants import grants
from components.security.authorization.settings import AuthorizationSettings, RuleAction, Stage
from components.services.callers import called
from components.settings.mesh import MeshSettings
from components.settings.problems import Problem


def reach_problems(settings: MeshSettings) -> Iterator[Problem]:
    """Services that nobody may call any more, and calls that are refused although they are declared."""
    authorization = settings.authorization
    if authorization is None:
        return
    keys = set(covered_services(settings))
    found = grants(settings) if keys else {}
    for key, service in settings.services.items():
        enforced = stage_of(authorization, service.namespace) is Stage.ENFORCE
        nobody = key in keys and not found[key] and service.callers is None
        if nobody and enforced and not _allowed(authorization, key, service.namespace):
            yield Problem(
                ("services", key),
                "nobody may call it: no service has it in its `calls`, no gateway exposes it, and it has no `callers`",
                "Add who calls it, or write `callers: []` if nobody shall",
            )
        if has_identity(settings, service):
            continue
        for index, call in enumerate(service.calls or ()):
            (name,) = called([call])
            if name in keys:
                yield Problem(
                    ("services", key, "calls", index),
                    f"the pods of '{key}' have no sidecar, and so no identity by which '{name}' would let them in",
                    f"Give them sidecars, or name their addresses in `services.{name}.callers`",
                )


def _allowed(authorization: AuthorizationSettings, key: str, namespace: str) -> bool:
    """Whether an exception or a rule lets somebody in."""
    allowing = [one for one in authorization.rules.values() if one.action is RuleAction.ALLOW]
    whole = any(one.mesh for one in allowing)
    others = [*authorization.exceptions.values(), *allowing]
    return whole or any(key in one.services or namespace in one.namespaces for one in others)
