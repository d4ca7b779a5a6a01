"""Checks of what a resource applies to: `selector`, `targetRef` and `targetRefs` of Istio's policies."""

from collections.abc import Iterator

from components.kinds.node import Node
from components.settings.problems import Problem
from components.traffic.checks.values import labels_problems

_TARGETS = {
    ("", "Service"),
    ("core", "Service"),
    ("networking.istio.io", "ServiceEntry"),
    ("gateway.networking.k8s.io", "Gateway"),
    ("gateway.networking.k8s.io", "GatewayClass"),
}
"""Group and kind of what a policy may be attached to (allowedTargetRefs of pkg/config/validation/validation.go)."""


def policy_target_problems(spec: Node) -> Iterator[Problem]:
    """A selector that Istio refuses or warns about, or a target to which it attaches no policy.

    That selector and targets exclude each other, and that targets are in the policy's own namespace, is in the shape.
    Source: validatePolicyTargetReference of Istio's pkg/config/validation/validation.go.
    """
    yield from selector_problems(spec.at("selector"), "matchLabels")
    for reference in [spec.at("targetRef"), *spec.at("targetRefs")]:
        yield from _kind_problems(reference)


def selector_problems(selector: Node, key: str) -> Iterator[Problem]:
    """A selector without labels, which takes all workloads, or with labels that no workload can have.

    `key` is the field of the labels. Without labels Istio only warns; that it is refused is a rule of this project.
    Source: validateWorkloadSelector and ValidateAlphaWorkloadSelector of Istio's pkg/config/validation/validation.go.
    """
    if not selector.given:
        return
    labels = selector.at(key)
    if not labels.keys:
        yield labels.problem(
            "is empty, so that it selects all workloads of the namespace (a rule of this project)",
            "Name labels of the workloads, or remove the selector",
        )
    wild = [one for name, one in labels.entries if "*" in name or "*" in (one.text or "")]
    for one in wild:
        yield one.problem("a wildcard in a selector, where Istio compares letter by letter", "Write the label in full")
    if not wild:
        yield from labels_problems(labels)


def _kind_problems(reference: Node) -> Iterator[Problem]:
    group, kind = reference.at("group").text or "", reference.at("kind").text
    if kind is not None and (group, kind) not in _TARGETS:
        yield reference.at("kind").problem(
            f"'{kind}' of the group '{group}' is nothing that Istio attaches a policy to",
            "Name a Service (group ''), a ServiceEntry (networking.istio.io), or a Gateway or GatewayClass "
            "(gateway.networking.k8s.io)",
        )
