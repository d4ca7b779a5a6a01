"""Checks of where a policy is for, and of its conditions."""

from collections.abc import Iterator

from components.kinds.node import Node
from components.security.authorization.checks.names import party_problems, target_namespace_problems
from components.security.authorization.checks.operations import (
    condition_tcp_problems,
    operation_problems,
    tcp_problems,
)
from components.security.authorization.checks.sources import says_who, source_problems
from components.security.authorization.settings import Conditions, Targets
from components.security.checks.conditions import when_problems
from components.settings.mesh import MeshSettings
from components.settings.problems import Path, Problem


def target_problems(settings: MeshSettings, one: Targets, path: Path, *, mesh: bool = False) -> Iterator[Problem]:
    """A policy for nothing, for what is not there, or for everything and something besides."""
    named = [field for field in ("services", "gateways", "namespaces", "target_refs") if getattr(one, field)]
    if not named and not mesh:
        yield Problem(path, "does not say where it holds", "Add services, gateways or namespaces")
    if named and mesh:
        rule = "is the whole mesh, in which the others are"
        yield Problem((*path, "mesh"), rule, "Remove it, or the others")
    yield from party_problems(settings, one, path)
    yield from target_namespace_problems(settings, one.namespaces, (*path, "namespaces"))
    for index, reference in enumerate(one.target_refs):
        here = (*path, "targetRefs", index)
        if reference.name in settings.gateways and settings.gateways[reference.name].namespace == reference.namespace:
            rule = f"the pods of '{reference.name}' are those of its Helm release, which targetRefs do not reach"
            yield Problem((*here, "name"), rule, f"Use `gateways: [{reference.name}]`")


def condition_problems(settings: MeshSettings, one: Targets | Conditions, path: Path) -> Iterator[Problem]:
    """Sources, operations and conditions that nothing meets."""
    given = one if isinstance(one, Conditions) else Conditions()
    services = one.services if isinstance(one, Targets) else ()
    node = Node(given.model_dump(mode="json", by_alias=True, include={"from_", "to", "when"}), path)
    for index, source in enumerate(given.from_):
        here = (*path, "from", index)
        if not says_who(source, here):
            yield Problem(here, "names nobody", "Add services, namespaces or another source, or remove the entry")
            continue
        yield from source_problems(settings, source, here)
        yield from tcp_problems(settings, services, node.at("from", index))
    for entry in node.at("to"):
        if not any(entry.at(field).items for field in entry.keys):
            yield entry.problem("names nothing", "Add methods, paths, hosts or ports, or remove the entry")
        yield from operation_problems(entry)
        yield from tcp_problems(settings, services, entry)
    yield from when_problems(_conditions(given, path))
    yield from condition_tcp_problems(settings, services, node.at("when"))


def _conditions(given: Conditions, path: Path) -> Node:
    """The conditions without lists that are not given: an empty one would be a mistake in Istio's own words."""
    written: list[dict[str, object]] = []
    for one in given.when:
        lists = {"values": list(one.values), "notValues": list(one.not_values)}
        written.append({"key": one.key, **{name: values for name, values in lists.items() if values}})
    return Node(written, (*path, "when"))
