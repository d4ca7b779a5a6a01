"""Checks of DestinationRules for one host in one namespace, which Istio merges."""

from collections.abc import Iterator

from components.kinds.node import Node
from components.settings.problems import Problem
from components.settings.wording import shown
from components.traffic.model import TrafficModel
from components.traffic.names import seen_together
from components.traffic.part import Part


def destination_rule_problems(model: TrafficModel) -> Iterator[Problem]:
    """What Istio drops when it merges rules: policies of a host but the first, subsets of a name that is there.

    That it is refused is a rule of this project. Source: mergeDestinationRule in pilot/pkg/model/destination_rule.go.
    """
    for host, rules in model.rules.items():
        earlier: list[Part] = []
        for part in sorted(rules, key=lambda one: one.given) if len(rules) > 1 else ():
            for other in earlier:
                if part.judged and not part.twin_of(other) and _merged(model, part, other):
                    yield from _lost(part, other, host)
            earlier.append(part)


def _merged(model: TrafficModel, one: Part, other: Part) -> bool:
    selectors = [dict(_selector(part)) for part in (one, other)]
    together = seen_together(model.visible(one), model.visible(other))
    return one.namespace == other.namespace and selectors[0] == selectors[1] and together


def _selector(part: Part) -> list[tuple[str, object]]:
    return [(name, one.value) for name, one in part.spec.at("workloadSelector", "matchLabels").entries]


def _lost(part: Part, other: Part, host: str) -> Iterator[Problem]:
    policy, earlier = part.spec.at("trafficPolicy"), other.spec.at("trafficPolicy")
    if policy.given and earlier.given and policy.value != earlier.value:
        yield part.problem(
            policy,
            f"the trafficPolicy for {shown(host)} differs from that of {other.title}; Istio merges the two rules and "
            "drops one policy (a rule of this project)",
            "Put both into one DestinationRule",
        )
    names = {one.at("name").text for one in other.spec.at("subsets")}
    for subset in part.spec.at("subsets"):
        if subset.at("name").text in names:
            yield _duplicate(part, subset.at("name"), other, host)


def _duplicate(part: Part, name: Node, other: Part, host: str) -> Problem:
    return part.problem(
        name,
        f"the subset {shown(name.text)} of {shown(host)} is in {other.title} as well; Istio merges the two rules and "
        "drops one (a rule of this project)",
        "Remove one of the two, or give it another name",
    )
