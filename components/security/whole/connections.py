"""Checks of DENY policies that deny more than requests: every TCP connection."""

from collections.abc import Iterator

from components.kinds.node import Node
from components.security.whole.scope import action_of, known_pods, scope_of, tried
from components.settings.problems import Problem
from components.traffic.model import TrafficModel
from components.traffic.part import Part

_OF_REQUESTS = ("hosts", "notHosts", "methods", "notMethods", "paths", "notPaths")
_PORTS = ("ports", "notPorts")


def connection_problems(model: TrafficModel) -> Iterator[Problem]:
    """DENY rules with conditions on requests and without ports, where workloads have ports that are no HTTP.

    There Istio leaves such conditions out, and what is left denies every connection (checkError in
    pilot/pkg/security/authz/model/model.go; Istio only warns, ValidateAuthorizationPolicy in
    pkg/config/validation/validation.go). Production refuses it also where it is not known what the workloads speak,
    which is a rule of this project.
    """
    for part in model.security("AuthorizationPolicy"):
        if action_of(part) != "DENY" or not part.judged or tried(part):
            continue
        wide = [rule for rule in part.spec.at("rules") if _widened(rule)]
        if not wide:
            continue
        served = [model.workloads[host] for _, host in known_pods(model, part)]
        raw = next((one for one in served if not one.http), None)
        if raw is not None:
            told = f"port {raw.port} of a workload that it is for"
            yield from (_problem(part, rule, f"{told} is no HTTP") for rule in wide)
        elif model.production and not _all_known(model, part, bool(served)):
            told = "what the workloads speak is not known (a rule of this project, for production)"
            yield from (_problem(part, rule, told) for rule in wide)


def _all_known(model: TrafficModel, part: Part, some: bool) -> bool:
    scope = scope_of(part, model.root_namespace)
    gateways = any(
        scope.namespace in (None, home) and scope.labels <= labels.items()
        for (home, _), labels in model.gateways.items()
    )
    return gateways or (
        some and scope.namespace is not None and (bool(scope.labels) or scope.namespace in model.described)
    )


def _widened(rule: Node) -> bool:
    """Whether a rule loses conditions where connections are not looked into, and names no ports."""
    operations = [one.at("operation") for one in rule.at("to")]
    keys = [one.at("key").text or "" for one in rule.at("when")]
    if "destination.port" in keys or (operations and all(any(one.has(key) for key in _PORTS) for one in operations)):
        return False
    asked = any(
        one.at("source").has(key) for one in rule.at("from") for key in ("requestPrincipals", "notRequestPrincipals")
    )
    return (
        asked
        or any(one.has(key) for one in operations for key in _OF_REQUESTS)
        or any(key.startswith("request.") for key in keys)
    )


def _problem(part: Part, rule: Node, told: str) -> Problem:
    return part.problem(
        rule,
        "a rule denies every TCP connection: it has conditions on requests only, which Istio leaves out where it sees "
        f"none, and {told}",
        "Name the ports that it is for, in `to.operation.ports` of the pods",
    )
