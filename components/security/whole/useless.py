"""Checks of ALLOW rules that never allow anything, because a DENY comes first."""

from collections.abc import Iterator

from components.kinds.node import Node
from components.security.whole.coverage import rule_covers
from components.security.whole.scope import Scope, action_of, scope_of, tried
from components.settings.problems import Problem
from components.traffic.model import TrafficModel
from components.traffic.part import Part


def useless_problems(model: TrafficModel) -> Iterator[Problem]:
    """ALLOW rules whose requests are all denied by one DENY policy for the same workloads.

    Istio looks at DENY before ALLOW (istio.io/latest/docs/concepts/security, implicit enablement). That it is refused
    is a rule of this project: one of the two does not say what its author meant.
    """
    root = model.root_namespace
    policies = [(part, scope_of(part, root)) for part in model.security("AuthorizationPolicy")]
    denying = [(part, scope) for part, scope in policies if action_of(part) == "DENY" and not tried(part)]
    for part, scope in policies:
        if action_of(part) == "ALLOW" and part.judged and not tried(part):
            for rule in part.spec.at("rules"):
                other = _denying(rule, scope, denying)
                if other is not None and (part.given or other.given):
                    yield _useless(part, rule, other)


def _denying(rule: Node, scope: Scope, denying: list[tuple[Part, Scope]]) -> Part | None:
    for other, wider in denying:
        if wider.holds(scope) and any(rule_covers(one, rule) for one in other.spec.at("rules")):
            return other
    return None


def _useless(part: Part, rule: Node, other: Part) -> Problem:
    return part.problem(
        rule,
        f"a rule allows nothing: {other.title} denies all of it, and DENY comes first (a rule of this project)",
        "Narrow the DENY, or remove the rule",
    )
