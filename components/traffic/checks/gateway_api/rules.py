"""Checks that the rules of all routes have in common."""

from collections.abc import Iterator

from components.kinds.node import Node
from components.settings.problems import Problem
from components.traffic.checks.gateway_api.lists import repeated_problems

_MOST_MATCHES = 128


def rule_name_problems(rules: Node) -> Iterator[Problem]:
    """Names of rules, each given once (a rule of the CRDs of Gateway API 1.4)."""
    yield from repeated_problems([rule.at("name") for rule in rules], "name of a rule")


def match_count_problems(rules: Node, *, default: int) -> Iterator[Problem]:
    """At most 128 matches in all rules together; a rule without matches counts for `default` ones.

    Source: the rule of spec.rules in the CRDs of HTTPRoute and GRPCRoute of Gateway API 1.4.
    """
    count = sum(len(rule.at("matches").items) if rule.has("matches") else default for rule in rules)
    if count > _MOST_MATCHES:
        yield rules.problem(
            f"{count} matches in all rules together, and at most {_MOST_MATCHES} are accepted", "Split the route"
        )


def named_problems(entries: Node, what: str) -> Iterator[Problem]:
    """Entries with names that are compared without case, such as headers: all but the first would be ignored.

    Source: the reference of HTTPHeaderMatch and HTTPHeaderFilter (gateway-api.sigs.k8s.io/reference/spec).
    """
    yield from repeated_problems([entry.at("name") for entry in entries], what, folded=True)


def without_backends_problems(rule: Node, outcome: str) -> Iterator[Problem]:
    """A rule that sends its requests nowhere, so that all of them end with `outcome` (a rule of this project)."""
    if not rule.at("backendRefs").items:
        yield rule.at("backendRefs").problem(
            f"required, but missing: every request would end with {outcome} (a rule of this project)",
            "Name a backend, for example `backendRefs: [{name: SERVICE, port: 80}]`",
        )


def session_problems(session: Node) -> Iterator[Problem]:
    """A permanent cookie, which has to end some time (a rule of the CRDs of Gateway API 1.4)."""
    permanent = session.at("cookieConfig", "lifetimeType").text == "Permanent"
    if permanent and not session.has("absoluteTimeout"):
        yield session.at("absoluteTimeout").problem(
            "required for a cookie with `lifetimeType: Permanent`, but missing", "Add it, for example '24h'"
        )
