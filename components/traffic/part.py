"""One object of the traffic model, and where the stack file says that it is there."""

from dataclasses import dataclass
from functools import cached_property

from components.kinds.node import Node
from components.kinds.resource import Resource
from components.settings.problems import Path, Problem, render_path


@dataclass(frozen=True)
class Part:
    """An object that the stack deploys: given in mesh.resources, or made from another setting."""

    resource: Resource
    origin: Path | None = None
    """The setting that it is made from; None for an object that the user wrote."""
    judged: bool = True
    """Whether something may be said about it: not when other checks refuse it already."""

    @property
    def key(self) -> tuple[str, str]:
        """Group and kind."""
        return self.resource.kind.key

    @property
    def kind(self) -> str:
        """The kind, as messages name it."""
        return self.resource.kind.kind

    @cached_property
    def name(self) -> str:
        """metadata.name."""
        return self.resource.name

    @cached_property
    def namespace(self) -> str:
        """metadata.namespace."""
        return self.resource.namespace

    @cached_property
    def spec(self) -> Node:
        """The spec, in the kind's own field names."""
        return self.resource.spec

    @property
    def given(self) -> bool:
        """Whether the user wrote it in its own field names."""
        return self.origin is None

    @property
    def title(self) -> str:
        """What messages about others call it, and where to find it."""
        path = self.resource.node.path if self.origin is None else self.origin
        return f"the {self.kind} '{self.name}' in {self.namespace} ({render_path(path)})"

    def twin_of(self, other: "Part") -> bool:
        """Whether it is the other one, or one that would overwrite it, which is refused as that."""
        return self.resource.identity == other.resource.identity

    def problem(self, node: Node, rule: str, fix: str) -> Problem:
        """What is wrong at a place of the object; where it is made from a setting, that setting is the place."""
        if self.origin is None:
            return node.problem(rule, fix)
        return Problem(self.origin, f"makes the {self.kind} '{self.name}' in {self.namespace}, in which {rule}", fix)
