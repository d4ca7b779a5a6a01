"""Checks of a DestinationRule: what holds for the requests to a host once it is chosen."""

from collections.abc import Iterator

from components.kinds.node import Node
from components.kinds.resource import Resource
from components.settings.problems import Problem
from components.settings.wording import shown
from components.traffic.checks.policy_targets import selector_problems
from components.traffic.checks.traffic_policy import traffic_policy_problems
from components.traffic.checks.values import export_to_problems, host_problems, is_dns_label, labels_problems


def destination_rule_problems(resource: Resource) -> Iterator[Problem]:
    """What Istio refuses of a DestinationRule, what it warns about, and what would have no effect.

    Source: ValidateDestinationRule of Istio's pkg/config/validation/validation.go.
    """
    spec, namespace = resource.spec, resource.namespace
    yield from host_problems(spec.at("host"), wildcard=True, everything=True)
    yield from traffic_policy_problems(spec.at("trafficPolicy"), namespace=namespace)
    yield from subsets_problems(spec.at("subsets"), above=spec.at("trafficPolicy"), namespace=namespace)
    yield from _visibility_problems(spec, namespace)
    yield from selector_problems(spec.at("workloadSelector"), "matchLabels")


def subsets_problems(subsets: Node, *, above: Node, namespace: str | None = None) -> Iterator[Problem]:
    """Subsets with names of their own, labels that a pod can have, and policies that Istio takes.

    `above` is the policy of the host.
    """
    seen: set[str] = set()
    for subset in subsets:
        name = subset.at("name")
        if name.text in seen:
            yield name.problem(f"{shown(name.text)} is the name of an earlier subset", "Give each a name of its own")
        elif name.text is not None and not is_dns_label(name.text):
            yield name.problem(
                f"{shown(name.text)} is no name for a subset: letters, digits and '-', at most 63",
                "For example: 'v1'",
            )
        elif not name.given:
            yield name.problem("required, but missing", "Give the subset a name, for example 'v1'")
        seen.add(name.text or "")
        yield from labels_problems(subset.at("labels"))
        yield from traffic_policy_problems(subset.at("trafficPolicy"), namespace=namespace, above=above)


def _visibility_problems(spec: Node, namespace: str) -> Iterator[Problem]:
    exported = spec.at("exportTo")
    yield from export_to_problems(exported, namespace=namespace, nobody=False)
    if not spec.has("workloadSelector"):
        return
    for one in exported:
        if one.text is not None and one.text not in (".", namespace):
            yield one.problem(
                f"{shown(one.text)} is beyond the namespace '{namespace}', but a rule with a workloadSelector "
                "is for its workloads only",
                "Use '.', or remove workloadSelector",
            )
