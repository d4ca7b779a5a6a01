"""Checks of AuthorizationPolicy."""

from collections.abc import Iterator

from components.kinds.node import Node
from components.kinds.resource import Resource
from components.security.checks.conditions import when_problems
from components.security.checks.operations import to_problems
from components.security.checks.sources import from_problems
from components.settings.problems import Problem
from components.traffic.checks.policy_targets import policy_target_problems

CUSTOM = "CUSTOM"
_NEEDS_RULES = ("DENY", CUSTOM)
_NOT_CUSTOM = ("principals", "requestPrincipals", "namespaces", "serviceAccounts")
_NOT_CUSTOM_KEYS = ("source.namespace", "source.serviceAccount", "source.principal")


def authorization_policy_problems(resource: Resource) -> Iterator[Problem]:
    """An AuthorizationPolicy that Istio refuses, or that does something else than it says.

    That a DENY of HTTP fields only denies every TCP connection, of which Istio warns, is judged where it is known what
    the workloads speak. Source: ValidateAuthorizationPolicy of Istio's pkg/config/validation/validation.go.
    """
    spec = resource.spec
    action = spec.at("action").text or "ALLOW"
    yield from policy_target_problems(spec)
    if spec.has("targetRefs") and not spec.at("targetRefs").items:
        yield spec.at("targetRefs").problem(
            "is empty, so that the policy is for all workloads of the namespace (a rule of this project)",
            "Name what it is for, or remove the key",
        )
    yield from _provider_problems(spec, action)
    if action in _NEEDS_RULES and not spec.at("rules").items:
        yield spec.at("rules").problem(
            f"required with {action}, which without rules is for no request",
            "Add rules; the empty rule {} is for every request",
        )
    for rule in spec.at("rules"):
        yield from from_problems(rule.at("from"))
        yield from to_problems(rule.at("to"))
        yield from when_problems(rule.at("when"))
        if action == CUSTOM:
            yield from _custom_problems(rule)


def _provider_problems(spec: Node, action: str) -> Iterator[Problem]:
    provider = spec.at("provider")
    if action == CUSTOM and not provider.at("name").text:
        yield provider.at("name").problem(
            "required with CUSTOM, but missing", "Name an external authorizer of meshConfig.extensionProviders"
        )
    elif action != CUSTOM and provider.given:
        yield provider.problem(f"has no meaning for {action}, only for CUSTOM", "Remove it, or write `action: CUSTOM`")


def _custom_problems(rule: Node) -> Iterator[Problem]:
    """What a rule with CUSTOM cannot ask: the external authorizer comes before identities and tokens are looked at."""
    for entry in rule.at("from"):
        source = entry.at("source")
        for field in source.keys:
            plain = field[3:4].lower() + field[4:] if field.startswith("not") else field
            if plain in _NOT_CUSTOM and source.at(field).items:
                yield source.at(field).problem(
                    "is not possible with CUSTOM", "Let the authorizer decide, or write a policy with another action"
                )
    for condition in rule.at("when"):
        key = condition.at("key")
        if key.text in _NOT_CUSTOM_KEYS or (key.text or "").startswith("request.auth."):
            yield key.problem(
                f"'{key.text}' is not possible with CUSTOM",
                "Let the authorizer decide, or write a policy with another action",
            )
