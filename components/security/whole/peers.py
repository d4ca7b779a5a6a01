"""Checks of mutual TLS: of two policies for the same pods, and of callers that cannot speak it."""

from collections.abc import Iterator

from components.security.selection import Pods, mtls_mode, selected_labels
from components.settings.problems import Problem
from components.traffic.model import TrafficModel
from components.traffic.part import Part
from components.traffic.workloads import Call

Labels = frozenset[tuple[str, str]]


def peer_problems(model: TrafficModel) -> Iterator[Problem]:
    """PeerAuthentications that Istio leaves out, and declared calls that STRICT refuses.

    Source: ComposePeerAuthentication in pilot/pkg/security/authn/policy_applier.go and addPeerAuthentication in
    pilot/pkg/model/authentication.go of Istio.
    """
    policies = model.security("PeerAuthentication")
    for part in policies:
        if part.namespace == model.root_namespace and selected_labels(part) and part.given and part.judged:
            yield part.spec.at("selector").problem(
                f"has no effect: in the root namespace '{part.namespace}' Istio takes no PeerAuthentication for single "
                "workloads",
                "Move it into the namespace of the workloads, or remove the selector to have it for the whole mesh",
            )
    yield from _twins(model, policies)
    if model.whole("PeerAuthentication"):
        yield from _unreachable(model, policies)


def _twins(model: TrafficModel, policies: list[Part]) -> Iterator[Problem]:
    owners: dict[tuple[str, Labels], Part] = {}
    for part in sorted(policies, key=lambda one: one.given):
        labels = frozenset(selected_labels(part).items())
        covered = [labels, *(_pods(model, part.namespace, labels) if labels else ())]
        others = [owners.setdefault((part.namespace, one), part) for one in covered]
        other = next((one for one in others if not part.twin_of(one)), None)
        if other is not None and part.judged:
            yield _twin(part, other, _everyone(part, model) if not labels else None)


def _pods(model: TrafficModel, namespace: str, labels: Labels) -> Iterator[Labels]:
    for workload in model.workloads.values():
        for one in workload.labels if workload.namespace == namespace else ():
            if labels <= one.items():
                yield frozenset(one.items())


def _everyone(part: Part, model: TrafficModel) -> str:
    return "of the whole mesh" if part.namespace == model.root_namespace else "of the namespace"


def _twin(part: Part, other: Part, everyone: str | None) -> Problem:
    if everyone:
        return part.problem(
            part.resource.node.at("metadata", "name"),
            f"{other.title} is for all workloads {everyone} as well, and Istio takes the older one of the two",
            "Put both together, or give one a selector",
        )
    return part.problem(
        part.spec.at("selector"),
        f"selects pods that {other.title} selects as well, and Istio takes the older one of the two",
        "Put both together, or select other pods",
    )


def _unreachable(model: TrafficModel, policies: list[Part]) -> Iterator[Problem]:
    """Calls of workloads without a sidecar, which send plain text, to workloads that take mutual TLS only."""
    for call in model.calls:
        caller, callee = model.workloads[call.caller], model.workloads[call.callee]
        if caller.injected is not False or callee.injected is False:
            continue
        for labels in callee.labels:
            pods = Pods(namespace=callee.namespace, labels=labels)
            found = mtls_mode(policies, pods, model.root_namespace, callee.ports[0].pod_port)
            if found.mode == "STRICT" and found.policy is not None:
                yield _refused(call, found.policy)
                break


def _refused(call: Call, policy: Part) -> Problem:
    return Problem(
        call.path,
        f"'{call.callee}' takes mutual TLS only ({policy.title} is STRICT), and the pods of this caller have no "
        "sidecar, so that every call is refused",
        "Give the caller a sidecar, or accept plain text for this callee in mtls.namespaces.NAME.workloads",
    )
