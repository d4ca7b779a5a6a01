"""A whole object of the stack file, as every check of meaning gets it."""

from dataclasses import dataclass

from components.kinds.catalog import Kind
from components.kinds.node import Node


@dataclass(frozen=True)
class Resource:
    """An object whose kind is known and whose shape is right."""

    kind: Kind
    node: Node
    """The whole object, with its path below `mesh`."""
    istio: str | None = None
    """The version that will read it; without it, what only newer versions of Istio do is taken as not done."""

    @property
    def name(self) -> str:
        """metadata.name."""
        return self.node.at("metadata", "name").text or ""

    @property
    def namespace(self) -> str:
        """metadata.namespace; empty for a kind without namespaces."""
        return self.node.at("metadata", "namespace").text or ""

    @property
    def spec(self) -> Node:
        """The spec, in the kind's own field names."""
        return self.node.at("spec")

    @property
    def identity(self) -> tuple[str, str, str, str]:
        """What no two objects of a cluster share: group, kind, namespace and name."""
        return (*self.kind.key, self.namespace, self.name)
