"""Checks of annotations that Istio's validation reads."""

from collections.abc import Iterator

from components.kinds.node import Node
from components.kinds.resource import Resource
from components.kinds.scalars import truth
from components.settings.problems import Problem
from components.settings.wording import shown

DRY_RUN = "istio.io/dry-run"
"""The annotation with which an AuthorizationPolicy is only tried out: its result is counted, and nobody is refused."""

_RESERVED = (
    "internal.istio.io/webhook-always-reject",
    "internal.istio.io/parents",
    "internal.istio.io/parent-namespace",
)
_TRIED = ("ALLOW", "DENY")


def is_dry_run(metadata: Node) -> bool:
    """Whether the metadata of an AuthorizationPolicy has it tried out only."""
    return truth(metadata.at("annotations", DRY_RUN).text or "") is True


def annotation_problems(resource: Resource) -> Iterator[Problem]:
    """Annotations that Istio refuses on its own kinds: a dry run of what has none, and those of Istio itself.

    Source: validateMetadata and checkDryRunAnnotation of Istio's pkg/config/validation/validation.go.
    """
    if not resource.kind.group.endswith(".istio.io"):
        return
    annotations = resource.node.at("metadata", "annotations")
    for name in _RESERVED:
        if annotations.has(name):
            yield annotations.at(name).problem("is an annotation that only Istio itself sets", "Remove it")
    given = annotations.at(DRY_RUN)
    if given.given:
        yield from _dry_run_problems(resource, given)


def _dry_run_problems(resource: Resource, given: Node) -> Iterator[Problem]:
    action = resource.spec.at("action").text or "ALLOW"
    if resource.kind.kind != "AuthorizationPolicy":
        yield given.problem(f"only an AuthorizationPolicy has a dry run, not a {resource.kind.kind}", "Remove it")
    elif action not in _TRIED:
        yield given.problem(f"an AuthorizationPolicy with action {action} has no dry run", "Remove it")
    elif truth(given.text or "") is None:
        yield given.problem(f"{shown(given.text)} is neither true nor false", 'Write "true" or "false", in quotes')
