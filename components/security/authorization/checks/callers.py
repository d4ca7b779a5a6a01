"""Checks of `calls` and `callers` of services."""

from collections.abc import Iterator

from components.kinds.node import Node
from components.security.authorization.checks.operations import operation_problems, tcp_problems
from components.security.authorization.checks.sources import IDENTITIES, has_identity, says_who, source_problems
from components.security.authorization.coverage import covered
from components.security.mtls.effective import EffectiveModes
from components.security.mtls.settings import MtlsMode
from components.services.callers import CallerSettings, CallSettings
from components.services.ports import pod_port, ports_of
from components.settings.mesh import MeshSettings
from components.settings.problems import Path, Problem

_LIMITS = ("methods", "paths", "ports")


def caller_problems(settings: MeshSettings) -> Iterator[Problem]:
    """Calls and callers that have no effect, say nothing, or ask for what nobody can have."""
    modes = EffectiveModes(settings)
    for key, service in settings.services.items():
        path: Path = ("services", key)
        for index, call in enumerate(service.calls or ()):
            yield from _call_problems(settings, key, index, call)
        if service.callers is not None and not covered(settings, service.namespace, service=True):
            yield _without_effect((*path, "callers"), "Anybody may call it", service.namespace)
        for index, caller in enumerate(service.callers or ()):
            yield from _one_caller(modes, key, caller, (*path, "callers", index))


def _without_effect(path: Path, told: str, namespace: str) -> Problem:
    rule = f"has no effect: nothing is denied by default in '{namespace}'"
    fix = f"{told} until `authorization` has `defaultDeny: services` or more; add that, or remove this"
    return Problem(path, rule, fix)


def _call_problems(settings: MeshSettings, key: str, index: int, call: str | CallSettings) -> Iterator[Problem]:
    path: Path = ("services", key, "calls", index)
    calls = settings.services[key].calls or ()
    name = call if isinstance(call, str) else call.service
    earlier = [one for one in calls[:index] if name == (one if isinstance(one, str) else one.service)]
    wide = name in earlier or CallSettings(service=name) in earlier
    if wide or call in earlier:
        rule = f"'{name}' is among the calls already" + (", with everything of it" if wide and call != name else "")
        yield Problem(path, rule, "Remove one of the two")
    if isinstance(call, str) or name not in settings.services:
        return
    callee = settings.services[name]
    node = Node(call.model_dump(mode="json", by_alias=True), path)
    limits = [field for field in _LIMITS if node.at(field).items]
    if limits and not covered(settings, callee.namespace, service=True):
        yield _without_effect((*path, limits[0]), "Everything of it may be called", callee.namespace)
        return
    yield from operation_problems(node)
    yield from tcp_problems(settings, [name], node)


def _one_caller(modes: EffectiveModes, key: str, caller: CallerSettings, path: Path) -> Iterator[Problem]:
    settings = modes.settings
    if not says_who(caller, path):
        rule = "says nothing about who, so that everybody might, also from outside of the mesh"
        fix = (
            "Add services, namespaces or another source; `principals: ['*']` is all of the mesh, for which production "
            "wants a `reason`"
        )
        yield Problem(path, rule, fix)
        return
    yield from source_problems(settings, caller, path)
    node = Node(caller.model_dump(mode="json", by_alias=True), path)
    yield from operation_problems(node)
    yield from tcp_problems(settings, [key], node)
    yield from _claim_problems(node.at("claims"))
    by_address = caller.ip_blocks and not any(node.at(field).items for field in IDENTITIES)
    if by_address and _strict(modes, key, caller):
        yield Problem(
            (*path, "ipBlocks"),
            f"without an identity beside it this is for callers outside of the mesh, whose plain text STRICT refuses "
            f"before '{key}' sees it",
            f"Name who it is, or accept plain text there by `mtls.namespaces.{settings.services[key].namespace}`",
        )


def _strict(modes: EffectiveModes, key: str, caller: CallerSettings) -> bool:
    """Whether no port that is meant accepts plain text."""
    service = modes.settings.services[key]
    ports = caller.ports or [pod_port(one) for one in ports_of(service)]
    strict = all(modes.at(key, port) == MtlsMode.STRICT for port in ports)
    return strict and has_identity(modes.settings, service)


def _claim_problems(claims: Node) -> Iterator[Problem]:
    for name, values in claims.entries:
        if not all(part and not set("[]") & set(part) for part in ([name] if "/" in name else name.split("."))):
            rule = f"'{name}' is no name of a claim"
            yield values.problem(rule, "Write 'group', or 'realm.roles' for the claim roles within realm")
