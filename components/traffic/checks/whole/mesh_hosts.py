"""Checks of hosts that sidecars route: each by one VirtualService, or by routes of the Gateway API."""

from collections.abc import Iterator

from components.kinds.node import Node
from components.services.names import cluster_host
from components.settings.problems import Problem
from components.settings.wording import shown
from components.traffic.model import TrafficModel
from components.traffic.names import seen_together
from components.traffic.part import Part
from components.traffic.routes import hosts, on_mesh

_OWN = "VirtualService"


def mesh_host_problems(model: TrafficModel) -> Iterator[Problem]:
    """Two VirtualServices for one host within the mesh, where a namespace sees both (IST0109).

    Sidecars take the routes of one of them, and nobody chooses which. Source: conflictingmeshgatewayhosts.go of Istio's
    pkg/config/analysis/analyzers/virtualservice, and its note on splitting VirtualServices in
    istio.io/latest/docs/ops/best-practices/traffic-management. That a route of the Gateway API beside a VirtualService
    is refused is a rule of this project: Istio merges such routes with one another only.
    """
    owners: dict[str, list[Part]] = {}
    kinds = [*model.istio(_OWN), *model.gateway_api("HTTPRoute"), *model.gateway_api("GRPCRoute")]
    for part in sorted(kinds, key=lambda one: one.given):
        for node, host in _hosts(part):
            others = owners.setdefault(host, [])
            if part.judged:
                yield from _conflict(model, part, node, host, others)
            others.append(part)


def _hosts(part: Part) -> Iterator[tuple[Node, str]]:
    if part.kind == _OWN:
        yield from hosts(part) if on_mesh(part) else ()
        return
    for parent in part.spec.at("parentRefs"):
        if parent.at("kind").text == "Service" and not parent.at("group").text:
            name = parent.at("name").text or ""
            yield parent, cluster_host(name, parent.at("namespace").text or part.namespace)


def _conflict(model: TrafficModel, part: Part, node: Node, host: str, others: list[Part]) -> Iterator[Problem]:
    visible = model.visible(part)
    for other in others:
        alike = part.kind == other.kind == _OWN
        if part.twin_of(other) or not (alike or _OWN in (part.kind, other.kind)):
            continue
        if seen_together(visible, model.visible(other)):
            yield part.problem(
                node,
                f"{shown(host)} is routed within the mesh by {other.title} as well, and sidecars take only one of the "
                f"two ({'IST0109' if alike else 'a rule of this project'})",
                "Put the routes into one VirtualService, or let no namespace see both by exportTo"
                if alike
                else "Put the routes into one of the two",
            )
            return
