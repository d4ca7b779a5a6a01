"""Checks of policies for workloads that there are not."""

from collections.abc import Iterator, Mapping

from components.kinds.node import Node
from components.security.selection import selected_labels, targets
from components.settings.problems import Problem
from components.settings.wording import listed, shown, suggestion
from components.traffic.model import TrafficModel
from components.traffic.names import USUAL_GATEWAYS
from components.traffic.part import Part

_KINDS = ("PeerAuthentication", "RequestAuthentication", "AuthorizationPolicy")
_GATEWAY = ("gateway.networking.k8s.io", "Gateway")


def workload_problems(model: TrafficModel) -> Iterator[Problem]:
    """Policies that are for no pods: by labels that none has, or by a reference that Istio does not follow.

    Pods are known where `mesh.services` describes a namespace; others that have none of these labels may be there, so
    that only values of labels are refused which describe pods there. That it is refused is a rule of this project;
    Istio's analysis (IST0101, IST0127) looks at the pods of the cluster.
    """
    for kind in _KINDS:
        for part in model.security(kind):
            if part.given and part.judged:
                yield from _selector_problems(model, part)
                yield from _reference_problems(model, part)


def _selector_problems(model: TrafficModel, part: Part) -> Iterator[Problem]:
    wanted = selected_labels(part)
    pods = list(_pods(model, part.namespace))
    root = part.namespace == model.root_namespace
    if not wanted or root or not model.whole() or any(wanted.items() <= labels.items() for labels in pods):
        return
    if part.namespace in model.described and all(any(name in labels for labels in pods) for name in wanted):
        name = _odd_one(wanted, pods)
        values = sorted({labels[name] for labels in pods if name in labels})
        meant = suggestion(wanted[name], values)
        yield part.spec.at("selector", "matchLabels", name).problem(
            f"no workload of {part.namespace}, which mesh.services describes, has "
            f"{listed([f'{key}: {value}' for key, value in wanted.items()])} (a rule of this project)",
            f"Did you mean '{meant}'?" if meant else f"Choose one of {listed(values)}, or add the service",
        )
        return
    for name, value in wanted.items():
        known = [
            labels[name] for (home, _), labels in model.gateways.items() if home == part.namespace and name in labels
        ]
        usual = value in known or value.removeprefix("istio-") in USUAL_GATEWAYS
        meant = None if usual else suggestion(value, known)
        if meant and part.namespace not in model.described:
            yield part.spec.at("selector", "matchLabels", name).problem(
                f"no gateway of mesh.gateways in {part.namespace} has {name}: {value} (a rule of this project)",
                f"Did you mean '{meant}'?",
            )


def _pods(model: TrafficModel, namespace: str) -> Iterator[Mapping[str, str]]:
    yield from (
        one for workload in model.workloads.values() if workload.namespace == namespace for one in workload.labels
    )
    yield from (labels for (home, _), labels in model.gateways.items() if home == namespace)


def _odd_one(wanted: Mapping[str, str], pods: list[Mapping[str, str]]) -> str:
    """The label that no pod has; the last one where only no pod has all of them."""
    return next((name for name, value in wanted.items() if all(one.get(name) != value for one in pods)), [*wanted][-1])


def _reference_problems(model: TrafficModel, part: Part) -> Iterator[Problem]:
    """Gateways that are not there, and those whose pods are not Istio's own, which it finds by labels only.

    Source: ShouldAttachPolicy in pilot/pkg/model/policyattachment.go of Istio.
    """
    gateways = {(one.namespace, one.name): one for one in model.gateway_api("Gateway")}
    for reference in targets(part):
        if (reference.at("group").text, reference.at("kind").text) != _GATEWAY:
            continue
        name = reference.at("name")
        gateway = gateways.get((part.namespace, name.text or ""))
        if gateway is not None and gateway.spec.at("addresses").items:
            yield reference.problem(
                f"has no effect: the pods of {gateway.title} are not deployed by Istio for this Gateway, and Istio "
                "follows references only to those that are",
                _by_labels(model, part.namespace, name),
            )
        elif gateway is None and model.whole("Gateway"):
            yield from _unknown(model, part, name, [one for home, one in gateways if home == part.namespace])


def _by_labels(model: TrafficModel, namespace: str, name: Node) -> str:
    labels = model.gateways.get((namespace, name.text or ""), {})
    told = f"{{istio: {labels['istio']}}}" if "istio" in labels else "{…}"
    return f"Write `selector: {{matchLabels: {told}}}` instead of the reference"


def _unknown(model: TrafficModel, part: Part, name: Node, known: list[str]) -> Iterator[Problem]:
    namespace = part.namespace
    meant = suggestion(name.text or "", known)
    if (namespace, name.text or "") in model.gateways:
        yield name.problem(
            f"{shown(name.text)} is no Gateway of the Gateway API, and Istio follows no other references",
            _by_labels(model, namespace, name),
        )
    elif meant or (namespace in model.own_namespaces and known):
        yield name.problem(
            f"there is no Gateway {shown(name.text)} of the Gateway API in {namespace}",
            f"Did you mean '{meant}'?" if meant else f"Choose one of {listed(known)}, or add it",
        )
