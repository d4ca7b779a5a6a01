"""One object of a stack."""

from dataclasses import dataclass, field

from components.kinds.node import Node
from components.settings.problems import render_path


@dataclass(frozen=True)
class MeshObject:
    """One object, and where in the stack file it comes from."""

    group: str
    kind: str
    namespace: str
    name: str
    spec: Node
    metadata: Node = field(default_factory=lambda: Node(None, ()))

    @property
    def key(self) -> str:
        """NAMESPACE/NAME."""
        return f"{self.namespace}/{self.name}"

    @property
    def shown(self) -> str:
        """Kind, namespace and name."""
        return f"{self.kind} {self.key}"


def stack_path(node: Node) -> str:
    """Where a part of an object stands in the stack file; of a derived object, what the whole of it comes from."""
    given = node.path[:1] == ("resources",) or "spec" not in node.path
    return render_path(node.path if given else node.path[: node.path.index("spec")])


def mapping(node: Node) -> dict[str, object]:
    """The entries of a part that is a map, those without a value left out."""
    return {key: entry.value for key, entry in node.entries if entry.given}
