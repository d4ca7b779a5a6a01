"""Checks of who: sources of callers, exceptions and rules."""

from collections.abc import Iterator

from components.kinds.node import Node
from components.namespaces.settings import Injection
from components.security.authorization.checks.names import party_problems
from components.security.checks.addresses import ip_block_problems
from components.security.checks.lists import wildcard_problems
from components.security.checks.sources import (
    FIELDS,
    namespace_problems,
    negated,
    principal_problems,
    service_account_problems,
)
from components.services.callers import SourceSettings
from components.services.settings import ServiceSettings
from components.settings.mesh import MeshSettings
from components.settings.problems import Path, Problem

IDENTITIES = ("services", "gateways", "serviceAccounts", "principals", "namespaces")
"""The fields that only a caller with a certificate of the mesh meets."""

_CHECKS = {
    "ipBlocks": ip_block_problems,
    "remoteIpBlocks": ip_block_problems,
    "serviceAccounts": service_account_problems,
    "principals": principal_problems,
    "namespaces": namespace_problems,
}


def source_problems(settings: MeshSettings, one: SourceSettings, path: Path) -> Iterator[Problem]:
    """Names that lead nowhere, values that nobody can have, and callers without the identity that is asked for."""
    yield from party_problems(settings, one, path)
    node = source_node(one, path)
    for field in FIELDS:
        for name in (field, negated(field)):
            values = node.at(name)
            if field in ("principals", "requestPrincipals"):
                yield from wildcard_problems(values)
            if field in _CHECKS:
                for value in values:
                    yield from _CHECKS[field](value)
    yield from _without_identity(settings, one, path)


def source_node(one: SourceSettings, path: Path) -> Node:
    """A source as its author wrote it."""
    return Node(one.model_dump(mode="json", by_alias=True), path)


def says_who(one: SourceSettings, path: Path) -> bool:
    """Whether a source is for some callers and not for everybody."""
    node = source_node(one, path)
    names = [*IDENTITIES, *(name for field in FIELDS for name in (field, negated(field)))]
    return any(node.at(name).items for name in names)


def has_identity(settings: MeshSettings, service: ServiceSettings) -> bool:
    """Whether the pods of a service have a sidecar, and so a certificate, as far as the stack knows."""
    if service.proxy and service.proxy.inject is not None:
        return service.proxy.inject
    return not outside(settings, service.namespace)


def outside(settings: MeshSettings, namespace: str) -> bool:
    """Whether the pods of a namespace are outside of the mesh."""
    declared = settings.namespaces.get(namespace)
    return declared is not None and declared.injection is Injection.DISABLED


def _without_identity(settings: MeshSettings, one: SourceSettings, path: Path) -> Iterator[Problem]:
    fix = "Give them sidecars, or name their addresses in `ipBlocks`"
    for index, key in enumerate(one.services):
        if key in settings.services and not has_identity(settings, settings.services[key]):
            rule = f"the pods of '{key}' have no sidecar, and so no identity by which they would be known"
            yield Problem((*path, "services", index), rule, fix)
    for field, homes in (
        ("namespaces", list(one.namespaces)),
        ("serviceAccounts", [text.rpartition("/")[0] for text in one.service_accounts]),
        ("principals", [(*text.split("/"), "", "")[2] for text in one.principals]),
    ):
        for index, home in enumerate(homes):
            if outside(settings, home):
                rule = f"namespaces.{home} has `injection: disabled`, so that its pods have no identity to be known by"
                yield Problem((*path, field, index), rule, fix)
