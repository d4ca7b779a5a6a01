"""The objects of `resources` as checks look at them."""

from components.kinds.node import Node
from components.settings.later import imported_when_used

with imported_when_used():
    from components.resources.settings import ResourceSettings


def resource_node(entry: ResourceSettings, index: int) -> Node:
    """The object as its author wrote it, and where."""
    metadata = entry.metadata.model_dump(by_alias=True, exclude_none=True)
    value = {"apiVersion": entry.api_version, "kind": entry.kind, "metadata": metadata, "spec": entry.spec}
    return Node(value, ("resources", index))
