"""Which pods a policy is for, as far as a stack tells."""

from collections.abc import Iterator
from dataclasses import dataclass

from components.kinds.node import Node
from components.security.checks.annotations import is_dry_run
from components.security.selection import Pods, attached, selected_labels, targets
from components.traffic.model import TrafficModel
from components.traffic.part import Part


@dataclass(frozen=True, kw_only=True)
class Scope:
    """The pods of a policy: those of a namespace, or of all for the root namespace, that have some labels."""

    namespace: str | None
    """None for the whole mesh."""
    labels: frozenset[tuple[str, str]]
    references: frozenset[tuple[str, str]]
    """Kind and name of what it is attached to by targetRefs."""

    def holds(self, other: "Scope") -> bool:
        """Whether every pod of another scope is in this one for sure."""
        if self.references or other.references:
            return self == other
        return self.namespace in (None, other.namespace) and self.labels <= other.labels

    def meets(self, other: "Scope") -> bool:
        """Whether a pod may be in both."""
        if None not in (self.namespace, other.namespace) and self.namespace != other.namespace:
            return False
        if self.references or other.references:
            return not (self.references and other.references) or bool(self.references & other.references)
        known = dict(self.labels)
        return all(known.get(name, value) == value for name, value in other.labels)


def scope_of(part: Part, root: str) -> Scope:
    """The pods of an AuthorizationPolicy or RequestAuthentication."""
    return Scope(
        namespace=None if part.namespace == root else part.namespace,
        labels=frozenset(selected_labels(part).items()),
        references=frozenset((one.at("kind").text or "", one.at("name").text or "") for one in targets(part)),
    )


def action_of(part: Part) -> str:
    """The action of an AuthorizationPolicy."""
    return part.spec.at("action").text or "ALLOW"


def tried(part: Part) -> bool:
    """Whether an AuthorizationPolicy is only tried, so that it refuses nobody."""
    return is_dry_run(part.resource.node.at("metadata"))


def known_pods(model: TrafficModel, part: Part) -> Iterator[tuple[Pods, str]]:
    """The pods of a policy of which the stack tells, each with the host of its Service."""
    for host, workload in model.workloads.items():
        for labels in workload.labels:
            pods = Pods(namespace=workload.namespace, labels=labels)
            if attached(part, pods, model.root_namespace):
                yield pods, host


def gateway_pods(model: TrafficModel, part: Part) -> Iterator[Pods]:
    """The pods of entries of mesh.gateways that a policy is for."""
    for (namespace, _), labels in model.gateways.items():
        pods = Pods(namespace=namespace, labels=labels)
        if attached(part, pods, model.root_namespace):
            yield pods


def lists(rule: Node) -> Iterator[Node]:
    """Every Source and Operation of a rule."""
    yield from (one.at("source") for one in rule.at("from"))
    yield from (one.at("operation") for one in rule.at("to"))
