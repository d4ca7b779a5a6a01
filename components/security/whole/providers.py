"""Checks of the external authorizers that policies name."""

from collections.abc import Iterator

from components.kinds.node import Node
from components.security.whole.scope import Scope, action_of, scope_of
from components.settings.problems import Problem
from components.settings.wording import shown, suggestion
from components.traffic.model import TrafficModel
from components.traffic.part import Part

_AUTHORIZERS = ("envoyExtAuthzHttp", "envoyExtAuthzGrpc")


def provider_problems(model: TrafficModel) -> Iterator[Problem]:
    """Providers that meshConfig.extensionProviders does not declare, or that are something else; or two for one pod.

    A CUSTOM policy of such a provider denies everything that it is for (getExtAuthz and getBadCustomDenyRules in
    pilot/pkg/security/authz/builder of Istio).
    """
    earlier: list[tuple[Part, Scope, str]] = []
    authorizers = [name for name, kind in model.providers.items() if kind in _AUTHORIZERS]
    for part in model.security("AuthorizationPolicy"):
        if action_of(part) != "CUSTOM":
            continue
        name = part.spec.at("provider", "name")
        if part.judged and name.text not in authorizers:
            yield _unknown(part, name, authorizers)
        scope = scope_of(part, model.root_namespace)
        other = next((one for one, wider, used in earlier if used != name.text and _same_pods(wider, scope)), None)
        if other is not None and part.judged:
            yield part.problem(
                name,
                f"{other.title} sends requests to the same workloads to another authorizer, and Istio takes only one "
                "for a workload: it denies what both are for",
                "Use one authorizer for the workload",
            )
        earlier.append((part, scope, name.text or ""))


def _same_pods(one: Scope, other: Scope) -> bool:
    return one.holds(other) or other.holds(one)


def _unknown(part: Part, name: Node, authorizers: list[str]) -> Problem:
    meant = suggestion(name.text or "", authorizers)
    return part.problem(
        name,
        f"{shown(name.text)} is no external authorizer of meshConfig.extensionProviders, so that Istio denies what the "
        "policy is for",
        f"Did you mean '{meant}'?"
        if meant
        else "Declare it there, for example `{name: NAME, envoyExtAuthzGrpc: {service: HOST, port: 9000}}`",
    )
