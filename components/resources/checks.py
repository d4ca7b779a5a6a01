"""Checks of the objects that are given in their own field names."""

from collections.abc import Iterator

from components.kinds.catalog import kind_of, kind_problems, missing_kind_problems
from components.kinds.certainty import certain_problems
from components.kinds.loading import shape_of_kind
from components.kinds.resource import Resource
from components.kinds.shape import shape_problems
from components.resources.node import resource_node
from components.security.checks.annotations import annotation_problems
from components.settings.codes import Code
from components.settings.mesh import MeshSettings
from components.settings.problems import Path, Problem, render_path
from components.traffic.checks import MEANING


def resource_problems(settings: MeshSettings) -> Iterator[Problem]:
    """Objects of an unknown kind, without the shape of their kind, given twice, or whose fields do not fit together.

    Where the shape is wrong, of the meaning only that is told which is certain whatever was meant.
    """
    first: dict[tuple[str, str, str, str], Path] = {}
    for index, entry in enumerate(settings.resources):
        node = resource_node(entry, index)
        yield from kind_problems(node)
        kind = kind_of(entry.api_version, entry.kind)
        if kind is None:
            continue
        resource = Resource(kind, node, settings.istio.version)
        yield from missing_kind_problems(kind, node, settings.istio.version)
        yield from _namespace_problems(resource)
        yield from annotation_problems(resource)
        earlier = first.setdefault(resource.identity, node.path)
        if earlier != node.path:
            yield _twice(resource, earlier)
        wrong = list(shape_problems(resource.spec, shape_of_kind(kind), settings.istio.version))
        yield from wrong
        if kind.key in MEANING:
            yield from certain_problems(MEANING[kind.key](resource), wrong, node)


def _namespace_problems(resource: Resource) -> Iterator[Problem]:
    place = resource.node.at("metadata", "namespace")
    if resource.kind.namespaced and not place.given:
        yield place.problem(
            "required, but missing: a stack file has no current namespace",
            "Add it, for example `namespace: bookinfo`",
            Code.MISSING_KEY,
        )
    elif place.given and not resource.kind.namespaced:
        yield place.problem(f"{resource.kind.kind} has no namespace, it is for the whole cluster", "Remove it")


def _twice(resource: Resource, earlier: Path) -> Problem:
    place = f" in {resource.namespace}" if resource.namespace else ""
    return resource.node.at("metadata", "name").problem(
        f"{resource.kind.kind} '{resource.name}'{place} is at {render_path(earlier)} already, and one of the two "
        "would overwrite the other",
        "Merge the two, or choose another name",
    )
