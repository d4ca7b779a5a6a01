"""Checks of rules about tokens at workloads that check no tokens."""

from collections.abc import Iterator

from components.kinds.node import Node
from components.security.whole.scope import scope_of
from components.settings.problems import Problem
from components.traffic.model import TrafficModel

_FIELDS = ("requestPrincipals", "notRequestPrincipals")
_KEYS = "request.auth."


def claim_problems(model: TrafficModel) -> Iterator[Problem]:
    """Claims and request principals that no RequestAuthentication fills for any pod of the policy.

    Then none is ever there: what asks for one matches nothing, and what excludes one matches everything. Source:
    istio.io/latest/docs/reference/config/security/authorization-policy, requestPrincipals.
    """
    if not model.whole("RequestAuthentication"):
        return
    root = model.root_namespace
    checked = [scope_of(one, root) for one in model.security("RequestAuthentication") if one.spec.at("jwtRules").items]
    for part in model.security("AuthorizationPolicy"):
        if not part.judged or any(scope_of(part, root).meets(one) for one in checked):
            continue
        for node in _asked(part.spec):
            yield part.problem(
                node,
                f"{node.text or node.path[-1]} is about a token, and no RequestAuthentication is for these workloads, "
                "so that nothing of a token is ever known there",
                "Add a RequestAuthentication for them, in their namespace or in the root namespace",
            )
            if not part.given:
                break


def _asked(spec: Node) -> Iterator[Node]:
    for rule in spec.at("rules"):
        for source in rule.at("from"):
            yield from (source.at("source", one) for one in _FIELDS if source.at("source", one).items)
        for condition in rule.at("when"):
            if (condition.at("key").text or "").startswith(_KEYS):
                yield condition.at("key")
