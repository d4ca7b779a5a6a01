"""Annotations by which an object says why it may be what production refuses."""

from components.kinds.node import Node

REASON = "istio-mesh/reason"
"""The annotation for whatever has none of its own."""


def is_explained(resource: Node, annotation: str = REASON) -> bool:
    """Whether a whole object has the annotation, with more than white space in it."""
    return bool((resource.at("metadata", "annotations", annotation).text or "").strip())
