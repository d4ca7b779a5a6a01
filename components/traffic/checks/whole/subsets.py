"""Checks of subsets: that a DestinationRule has them, that those who route see it, and that pods are behind them."""

from collections.abc import Iterator

from components.kinds.node import Node
from components.settings.problems import Problem
from components.settings.wording import listed, shown, suggestion
from components.traffic.model import TrafficModel
from components.traffic.names import full_host, seen_from, service_of
from components.traffic.part import Part
from components.traffic.routes import bound_gateways, destinations, on_mesh
from components.traffic.workloads import Labels


def subset_problems(model: TrafficModel) -> Iterator[Problem]:
    """Subsets that no rule has (IST0101), that the proxies do not see, or that select no pods (IST0173).

    Source: virtualservice/destinationrules.go and destinationrule/subset.go of Istio's pkg/config/analysis/analyzers;
    for which rule a proxy takes, destinationRule in pilot/pkg/model/push_context.go.
    """
    if model.whole("DestinationRule"):
        for part in model.istio("VirtualService"):
            if part.given and part.judged:
                for destination in destinations(part):
                    yield from _unknown(model, part, destination)
    for part in model.istio("DestinationRule"):
        if part.given and part.judged:
            yield from _without_pods(model, part)


def _unknown(model: TrafficModel, part: Part, destination: Node) -> Iterator[Problem]:
    subset, host = destination.at("subset"), destination.at("host").text
    if not subset.text or not host:
        return
    full = full_host(host, part.namespace)
    rules = _most_specific(model, full)
    known = list(dict.fromkeys(name for rule in rules for name in _names(rule)))
    if subset.text not in known:
        if known:
            meant = suggestion(subset.text, known)
            yield subset.problem(
                f"{shown(subset.text)} is no subset of {shown(full)}; there are {listed(known)} (IST0101)",
                f"Did you mean '{meant}'?" if meant else "Declare it in a DestinationRule",
            )
        elif rules or _home_is_ours(model, full):
            yield subset.problem(
                f"{shown(full)} has no subsets: no DestinationRule declares them (IST0101)",
                f"Add a DestinationRule for the host with the subset {shown(subset.text)}",
            )
        return
    yield from _hidden(model, part, subset, full)


def _hidden(model: TrafficModel, part: Part, subset: Node, host: str) -> Iterator[Problem]:
    """The proxies that route take another DestinationRule, or none, because they do not see the one that is meant."""
    for name, namespace in _routing_gateways(model, part):
        if subset.text not in _subsets_for(model, host, namespace):
            yield _unseen(model, subset, host, f"the gateway {shown(name)} in {namespace} does")
            return
    home = model.home(host) or part.namespace
    if on_mesh(part) and all(subset.text not in _subsets_for(model, host, one) for one in (part.namespace, home)):
        yield _unseen(model, subset, host, f"the sidecars in {part.namespace} do")


def _unseen(model: TrafficModel, subset: Node, host: str, who: str) -> Problem:
    owner = next(one for one in _most_specific(model, host) if subset.text in _names(one))
    return subset.problem(
        f"{shown(subset.text)} is in {owner.title}, which {who} not take: a proxy takes rules of its own "
        "namespace first, then those that the host's namespace and the root namespace export to it",
        "Export that rule to them, or move it into the namespace of the host",
    )


def _subsets_for(model: TrafficModel, host: str, namespace: str) -> list[str]:
    """The subsets that a proxy in `namespace` knows of a host."""
    seen = [one for one in _candidates(model, host) if seen_from(model.visible(one), namespace)]
    home = model.home(host)
    order = [namespace] if namespace != model.root_namespace else []
    for place in [*order, *([home] if home else []), model.root_namespace]:
        rules = [one for one in seen if one.namespace == place]
        if rules:
            return [name for rule in _narrowest(rules) for name in _names(rule)]
    return [] if home else [name for rule in seen for name in _names(rule)]


def _candidates(model: TrafficModel, host: str) -> list[Part]:
    """The rules for a host, those for exactly this one first, then those for ever wider '*'."""
    found = list(model.rules.get(host, []))
    labels = host.split(".")
    for index in range(1, len(labels)):
        found += model.rules.get("*." + ".".join(labels[index:]), [])
    return found + model.rules.get("*", [])


def _most_specific(model: TrafficModel, host: str) -> list[Part]:
    return _narrowest(_candidates(model, host))


def _narrowest(rules: list[Part]) -> list[Part]:
    """The rules for the narrowest of the hosts, of a list that begins with these."""
    return [one for one in rules if _host(one) == _host(rules[0])]


def _host(rule: Part) -> str:
    return full_host(rule.spec.at("host").text or "", rule.namespace)


def _names(rule: Part) -> list[str]:
    return [one.at("name").text or "" for one in rule.spec.at("subsets")]


def _home_is_ours(model: TrafficModel, host: str) -> bool:
    """Whether nobody else would write rules for a host: one outside, or one of a namespace of the stack."""
    found = service_of(host)
    return found is None or found[0] in model.own_namespaces


def _routing_gateways(model: TrafficModel, part: Part) -> Iterator[tuple[str, str]]:
    """Name and namespace of the gateways of the stack that get a VirtualService."""
    for _, key in bound_gateways(part):
        found = model.istio_gateways.get(key)
        labels = {name: value.text for name, value in found.spec.at("selector").entries} if found else {}
        for (namespace, name), own in model.gateways.items():
            if labels and labels.items() <= own.items():
                yield name, namespace


def _without_pods(model: TrafficModel, part: Part) -> Iterator[Problem]:
    """A subset whose labels contradict those of every version of the Service, where mesh.services says which."""
    workload = model.workloads.get(_host(part))
    if workload is None:
        return
    for subset in part.spec.at("subsets"):
        labels = {name: value.text or "" for name, value in subset.at("labels").entries}
        if labels and all(_contradict(labels, pods) for pods in workload.labels):
            yield _no_pods(subset, labels, workload.labels)


def _contradict(wanted: Labels, pods: Labels) -> bool:
    return any(name in pods and pods[name] != value for name, value in wanted.items())


def _no_pods(subset: Node, labels: Labels, pods: tuple[Labels, ...]) -> Problem:
    name = next(name for name in labels if any(name in one for one in pods))
    values = list(dict.fromkeys(one[name] for one in pods if name in one))
    meant = suggestion(labels[name], values)
    return subset.at("labels", name).problem(
        f"no pods of the service have {name} {shown(labels[name])}; there are {listed(values)} (IST0173)",
        f"Did you mean '{meant}'?" if meant else "Add the version to the service, or remove the subset",
    )
