"""Checks of the external authorizers that policies name."""

from collections.abc import Iterator

from components.control_plane.environment import SEVERAL_AUTHORIZERS
from components.kinds.node import Node
from components.security.selection import Pods, attached
from components.security.whole.scope import Scope, action_of, gateway_pods, known_pods, scope_of
from components.settings.problems import Problem
from components.settings.wording import shown, suggestion
from components.traffic.model import TrafficModel
from components.traffic.part import Part

_AUTHORIZERS = ("envoyExtAuthzHttp", "envoyExtAuthzGrpc")


def provider_problems(model: TrafficModel) -> Iterator[Problem]:
    """Providers that meshConfig.extensionProviders does not declare, or that are something else; or two for one pod.

    A CUSTOM policy of such a provider denies everything that it is for (getExtAuthz and getBadCustomDenyRules in
    pilot/pkg/security/authz/builder of Istio). Of labels that do not imply each other only pods of which the stack
    tells show that both are for one workload.
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
        others = [(one, wider) for one, wider, used in earlier if used != name.text]
        other = next((one for one, wider in others if _same_pods(model, (one, wider), (part, scope))), None)
        if other is not None and part.judged and not model.several_authorizers:
            yield part.problem(
                name,
                f"{other.title} sends requests to the same workloads to another authorizer, and Istio takes only one "
                "for a workload: it denies what both are for",
                f'Use one authorizer for the workload, or set `controlPlane.env.{SEVERAL_AUTHORIZERS}: "true"` '
                "(from Istio 1.30 on)",
            )
        earlier.append((part, scope, name.text or ""))


def _same_pods(model: TrafficModel, one: tuple[Part, Scope], other: tuple[Part, Scope]) -> bool:
    if one[1].holds(other[1]) or other[1].holds(one[1]):
        return True
    return any(attached(one[0], pods, model.root_namespace) for pods in _pods(model, other[0]))


def _pods(model: TrafficModel, part: Part) -> Iterator[Pods]:
    yield from (pods for pods, _ in known_pods(model, part))
    yield from gateway_pods(model, part)


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
