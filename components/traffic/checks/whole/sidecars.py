"""Checks of Sidecars: one for each workload, with the routes of the services that it sees."""

from collections.abc import Iterator, Mapping

from components.kinds.node import Node
from components.settings.problems import Problem
from components.settings.wording import shown, suggestion
from components.traffic.model import TrafficModel
from components.traffic.names import seen_from
from components.traffic.part import Part
from components.traffic.routes import hosts, on_mesh

Labels = frozenset[tuple[str, str]]
"""Labels of pods, or of a selector."""


def sidecar_problems(model: TrafficModel) -> Iterator[Problem]:
    """Two Sidecars for one workload (IST0110, IST0111), hidden routes, and hosts that nothing declares.

    Source: selector.go and defaultselector.go of Istio's pkg/config/analysis/analyzers/sidecar; for hidden routes,
    SelectVirtualServices in pilot/pkg/model/virtualservice.go.
    """
    yield from _twins(model)
    routed = _routed(model)
    for part in model.istio("Sidecar"):
        yield from _hidden_routes(model, part, routed)
        if part.given and part.judged:
            yield from _undeclared(model, part)


def _twins(model: TrafficModel) -> Iterator[Problem]:
    owners: dict[tuple[str, Labels], Part] = {}
    pods = _pods(model)
    for part in sorted(model.istio("Sidecar"), key=lambda one: one.given):
        selector = part.spec.at("workloadSelector", "labels")
        labels = frozenset((name, value.text or "") for name, value in selector.entries)
        others = [owners.setdefault((part.namespace, one), part) for one in (labels, *_selected(pods, part, labels))]
        other = next((one for one in others if not part.twin_of(one)), None)
        if other is not None and part.judged:
            yield _twin(part, other, selector, everyone=not labels)


def _pods(model: TrafficModel) -> Mapping[tuple[str, tuple[str, str]], list[Labels]]:
    """What is known of pods, by namespace and each of their labels."""
    found: dict[tuple[str, tuple[str, str]], list[Labels]] = {}
    for workload in model.workloads.values():
        for labels in workload.labels:
            for label in labels.items():
                found.setdefault((workload.namespace, label), []).append(frozenset(labels.items()))
    return found


def _selected(pods: Mapping[tuple[str, tuple[str, str]], list[Labels]], part: Part, labels: Labels) -> list[Labels]:
    """The known pods that a selector is for; looked for among those of its rarest label."""
    rarest = min((pods.get((part.namespace, label), []) for label in labels), key=len, default=list[Labels]())
    return [one for one in rarest if labels <= one]


def _twin(part: Part, other: Part, selector: Node, *, everyone: bool) -> Problem:
    if everyone:
        return part.problem(
            part.resource.node.at("metadata", "name"),
            f"{other.title} is for all workloads of the namespace as well, and Istio takes only one of the two "
            "(IST0111)",
            "Put both together, or give one a workloadSelector",
        )
    return part.problem(
        selector,
        f"selects pods that {other.title} selects as well, and Istio takes only one of the two (IST0110)",
        "Put both together, or select other pods",
    )


def _routed(model: TrafficModel) -> Mapping[str, list[Part]]:
    """The VirtualServices of the mesh by host."""
    found: dict[str, list[Part]] = {}
    for part in model.istio("VirtualService"):
        for _, host in hosts(part) if on_mesh(part) else ():
            found.setdefault(host, []).append(part)
    return found


def _hidden_routes(model: TrafficModel, sidecar: Part, routed: Mapping[str, list[Part]]) -> Iterator[Problem]:
    """A service that a Sidecar lets its workloads see, without the VirtualService that routes it.

    Istio looks for a VirtualService in its own namespace: `shop/reviews.shop.svc.cluster.local` is for what lies in
    shop only.
    """
    entries = [_entry(sidecar, text) for one in sidecar.spec.at("egress") for text in one.at("hosts").texts]
    named = {host for _, host in entries}
    homes = {home for home, host in entries if host == "*"}
    for host in sorted(named & routed.keys()):
        opened = {home for home, one in entries if one == host} | homes
        for part in routed[host]:
            known = seen_from(model.visible(part), sidecar.namespace)
            wider = {home for home, one in entries if one.startswith("*.") and host.endswith(one[1:])}
            if known and not {"*", part.namespace} & (opened | wider):
                yield from _hidden(sidecar, part, host)


def _entry(sidecar: Part, text: str) -> tuple[str, str]:
    home, _, host = text.partition("/")
    return (sidecar.namespace if home == "." else home), host.lower()


def _hidden(sidecar: Part, part: Part, host: str) -> Iterator[Problem]:
    if sidecar.given and sidecar.judged:
        yield sidecar.problem(
            sidecar.spec.at("egress"),
            f"lets workloads see {shown(host)}, but not {part.title}, which routes it and is in another namespace",
            f"Add '{part.namespace}/{host}' to the hosts",
        )
    elif part.given and part.judged and not sidecar.given:
        yield part.resource.node.at("metadata", "namespace").problem(
            f"{sidecar.title} lets workloads see {shown(host)}, but not this VirtualService, which routes it and is in "
            "another namespace",
            "Move it into the namespace of the service",
        )


def _undeclared(model: TrafficModel, part: Part) -> Iterator[Problem]:
    """Hosts outside the cluster that no ServiceEntry has, where unknown hosts are not let out."""
    mode = part.spec.at("outboundTrafficPolicy", "mode").text
    closed = mode == "REGISTRY_ONLY" if mode else model.registry_only or part.spec.has("outboundTrafficPolicy")
    if not closed or not model.whole("ServiceEntry"):
        return
    for listener in part.spec.at("egress"):
        for node in listener.at("hosts"):
            host = _entry(part, node.text or "")[1]
            if "*" in host or ".svc." in host or host in model.entries or "." not in host:
                continue
            meant = suggestion(host, [one for one in model.entries if "*" not in one])
            if not any(host.endswith(one[1:]) for one in model.entries if one.startswith("*.")):
                yield node.problem(
                    f"no ServiceEntry has {shown(host)}, and REGISTRY_ONLY drops what goes to hosts without one",
                    f"Did you mean '{meant}'?" if meant else "Add it to mesh.externals, or write a ServiceEntry",
                )
