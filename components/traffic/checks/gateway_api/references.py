"""Checks of what routes refer to: parents to which they are attached, and backends."""

from collections.abc import Iterator

from components.kinds.node import Node
from components.settings.problems import Problem

GATEWAY_API = "gateway.networking.k8s.io"

_Parent = tuple[str, str, str, str]


def parent_problems(spec: Node) -> Iterator[Problem]:
    """A route that is attached to nothing, and several references to one parent that cannot be told apart.

    That a route without parents is refused is a rule of this project. Source of the others: the rules of parentRefs in
    the CRDs of Gateway API 1.4 (config/crd).
    """
    parents = spec.at("parentRefs")
    if not parents.items and spec.at("useDefaultGateways").text != "All":
        yield parents.problem(
            "a route without parents is attached to nothing (a rule of this project)",
            "Name a Gateway, for example `parentRefs: [{name: GATEWAY}]`",
        )
    first: dict[_Parent, Node] = {}
    seen: set[tuple[_Parent, str, int]] = set()
    for parent in parents:
        key = _parent(parent)
        section, port = parent.at("sectionName").text or "", parent.at("port").whole or 0
        earlier = first.setdefault(key, parent)
        if (key, section, port) in seen:
            yield parent.problem(
                f"refers to '{key[3]}' as an entry before it does", "Remove it, or name another sectionName or port"
            )
        elif (bool(earlier.at("sectionName").text), bool(earlier.at("port").whole)) != (bool(section), bool(port)):
            yield parent.problem(
                f"refers to '{key[3]}' in another way than an entry before it does",
                "Set sectionName in all references to one parent, or port in all of them",
            )
        seen.add((key, section, port))


def backend_problems(backend: Node) -> Iterator[Problem]:
    """A backend without a port.

    Source: the rule of backendRefs in the CRDs of Gateway API 1.4 for Services; buildDestination of Istio's
    pilot/pkg/config/kube/gateway/conversion.go for all kinds but InferencePool.
    """
    kind = backend.at("kind").text or "Service"
    if backend.given and not backend.has("port") and kind != "InferencePool":
        name = backend.at("name").text or ""
        yield backend.at("port").problem(
            f"required, but missing: Istio sends nothing to the {kind} '{name}' without one",
            "Add it, for example `port: 80`",
        )


def route_backend_problems(rule: Node) -> Iterator[Problem]:
    """The backends of a rule."""
    for backend in rule.at("backendRefs"):
        yield from backend_problems(backend)


def _parent(parent: Node) -> _Parent:
    group = parent.at("group").text
    return (
        GATEWAY_API if group is None else group,
        parent.at("kind").text or "Gateway",
        parent.at("namespace").text or "",
        parent.at("name").text or "",
    )
