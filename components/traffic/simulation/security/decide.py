"""What the policies of one proxy decide about a request."""

from collections.abc import Sequence
from dataclasses import dataclass, replace

from components.kinds.node import Node
from components.security.checks.annotations import is_dry_run
from components.security.path_parameters.specs import NAME, is_traversal
from components.security.selection import Pods, attached
from components.settings.problems import render_path
from components.traffic.simulation.mesh_object import MeshObject, stack_path
from components.traffic.simulation.objects import Stack
from components.traffic.simulation.paths import PathAndQuery
from components.traffic.simulation.results import Decision, Security
from components.traffic.simulation.security.asked import Asked, Claims
from components.traffic.simulation.security.rules import any_of, rule_is_for, unknown_words
from components.traffic.simulation.security.tokens import FORBIDDEN, Token, checked

SECURITY = "security.istio.io"
_OPEN = "no ALLOW policy is for the workload, and no DENY for the request"
_AUTHORIZERS = ("envoyExtAuthzHttp", "envoyExtAuthzGrpc")


@dataclass(frozen=True, kw_only=True)
class Decided:
    """The decision, and what goes on to the next proxy."""

    security: Security
    token: Token


@dataclass(frozen=True, kw_only=True)
class _Policy:
    one: MeshObject
    action: str
    dry_run: bool


def decide(stack: Stack, pods: Pods, asked: Asked, claims: Claims | None) -> Decided:
    """The decision about a request that pods get: first its path, then CUSTOM, then the token, then DENY, then ALLOW.

    A policy that is tried is told of in a note. Source: istio.io/latest/docs/concepts/security, Implicit enablement;
    the order of filters is in pilot/pkg/networking/core/listener_builder.go of Istio 1.29.
    """
    root = stack.root_namespace
    if not asked.tcp and stack.refuses_traversal and is_traversal(PathAndQuery.of(asked.request.path).path):
        return Decided(security=_traversal(root), token=checked([], claims, asked.request))
    here = [one for one in stack.of_kind("AuthorizationPolicy", SECURITY) if attached(one, pods, root)]
    policies = [
        _Policy(one=one, action=one.spec.at("action").text or "ALLOW", dry_run=is_dry_run(one.metadata)) for one in here
    ]
    refused, notes = _custom(policies, stack, asked)
    token = checked([] if asked.tcp else tokens_of(stack, pods), claims, asked.request)
    if refused:
        return Decided(security=replace(refused, notes=(*refused.notes, *notes)), token=token)
    notes += token.notes
    if token.status is not None:
        said = Security(
            decision=Decision.DENIED,
            reason=f"the token is {token.said}",
            policy=token.policy,
            path=token.path,
            status=token.status,
        )
        return Decided(security=replace(said, token=token.said, notes=tuple(notes)), token=token)
    asked = replace(asked, claims=token.claims, request=token.request)
    found = _denied(policies, asked) or _allowed(policies, asked)
    notes += _tried(policies, asked)
    return Decided(security=replace(found, token=token.said, notes=(*found.notes, *notes)), token=token)


def tokens_of(stack: Stack, pods: Pods) -> list[MeshObject]:
    """The RequestAuthentications that check tokens at some pods."""
    found = stack.of_kind("RequestAuthentication", SECURITY)
    return [one for one in found if attached(one, pods, stack.root_namespace)]


def _traversal(root_namespace: str) -> Security:
    return Security(
        decision=Decision.DENIED,
        reason="the path hides a segment by a ';', which some servers resolve",
        policy=f"EnvoyFilter {root_namespace}/{NAME}",
        path=render_path(("pathParameters",)),
        status=FORBIDDEN,
    )


def _custom(policies: Sequence[_Policy], stack: Stack, asked: Asked) -> tuple[Security | None, list[str]]:
    """A refusal because an authorizer is not there, or which authorizer is asked."""
    custom = [one for one in policies if one.action == "CUSTOM"]
    names = {one.one.spec.at("provider", "name").text or "" for one in custom}
    for policy in custom:
        for rule in policy.one.spec.at("rules"):
            met = rule_is_for(rule, asked, policy.one.namespace, allow=False)
            name = policy.one.spec.at("provider", "name").text or ""
            if met and (len(names) > 1 or stack.providers.get(name) not in _AUTHORIZERS):
                told = (
                    "it names another authorizer than others here" if len(names) > 1 else f"'{name}' is no authorizer"
                )
                return _by(Decision.DENIED, policy, rule, f"{told}, so Istio denies what it is for", FORBIDDEN), []
            if met is not False:
                perhaps = "" if met else "perhaps, "
                return None, [f"{perhaps}the external authorizer '{name}' is asked before ({policy.one.shown})"]
    return None, []


def _denied(policies: Sequence[_Policy], asked: Asked) -> Security | None:
    unsure: Security | None = None
    for policy in policies:
        if policy.action != "DENY" or policy.dry_run:
            continue
        for rule in policy.one.spec.at("rules"):
            met = rule_is_for(rule, asked, policy.one.namespace, allow=False)
            if met:
                return _by(Decision.DENIED, policy, rule, "a DENY is for it", FORBIDDEN)
            if met is None and unsure is None:
                told = f"a DENY is for it, depending on {unknown_words(rule, asked)}"
                unsure = _by(Decision.UNKNOWN, policy, rule, told)
    return unsure


def _allowed(policies: Sequence[_Policy], asked: Asked) -> Security:
    allowing = [one for one in policies if one.action == "ALLOW" and not one.dry_run]
    unsure: Security | None = None
    for policy in allowing:
        for rule in policy.one.spec.at("rules"):
            met = rule_is_for(rule, asked, policy.one.namespace, allow=True)
            if met:
                return _by(Decision.ALLOWED, policy, rule, "an ALLOW is for it")
            if met is None and unsure is None:
                told = f"an ALLOW is for it, depending on {unknown_words(rule, asked)}"
                unsure = _by(Decision.UNKNOWN, policy, rule, told)
    if unsure:
        return unsure
    if not allowing:
        return Security(decision=Decision.ALLOWED, reason=_OPEN)
    names = ", ".join(one.one.shown for one in allowing)
    return Security(
        decision=Decision.DENIED,
        reason=f"no rule of the ALLOW policies for the workload is for it: {names}",
        policy=allowing[0].one.shown,
        path=stack_path(allowing[0].one.spec),
        status=FORBIDDEN,
    )


def _tried(policies: Sequence[_Policy], asked: Asked) -> list[str]:
    """What policies say that only log: those with AUDIT, and those that are tried."""
    notes: list[str] = []
    tried = [one for one in policies if one.dry_run]
    for policy in (one for one in policies if one.action == "AUDIT" or (one in tried and one.action == "DENY")):
        if _is_for(policy, asked):
            word = "would deny it, and is only tried" if policy.dry_run else "has it audited"
            notes.append(f"{policy.one.shown} {word}")
    allowing = [one for one in tried if one.action == "ALLOW"]
    if allowing and any_of(_is_for(one, asked) for one in allowing) is False:
        names = " and ".join(one.one.shown for one in allowing)
        notes.append(f"{names} would not allow it, and {'is' if len(allowing) == 1 else 'are'} only tried")
    return notes


def _is_for(policy: _Policy, asked: Asked) -> bool | None:
    allow = policy.action == "ALLOW"
    return any_of(rule_is_for(one, asked, policy.one.namespace, allow=allow) for one in policy.one.spec.at("rules"))


def _by(decision: Decision, policy: _Policy, rule: Node, reason: str, status: int | None = None) -> Security:
    return Security(decision=decision, reason=reason, policy=policy.one.shown, path=stack_path(rule), status=status)
