"""Checks of DENY policies that deny more than requests: every TCP connection."""

from collections.abc import Iterator

from components.kinds.node import Node
from components.security.whole.scope import action_of, known_pods, scope_of, tried
from components.settings.problems import Problem
from components.traffic.model import TrafficModel
from components.traffic.part import Part
from components.traffic.workloads import WorkloadPort

_OF_REQUESTS = ("hosts", "notHosts", "methods", "notMethods", "paths", "notPaths")
_PORT_KEY = "destination.port"
_NOTHING = Node({}, ())


def connection_problems(model: TrafficModel) -> Iterator[Problem]:
    """DENY rules with conditions on requests, for ports that are no HTTP: named ones, or all where none is named.

    There Istio leaves such conditions out, and what is left denies every connection (checkError in
    pilot/pkg/security/authz/model/model.go; Istio only warns, ValidateAuthorizationPolicy in
    pkg/config/validation/validation.go). Production refuses a rule without ports also where it is not known what the
    workloads speak, which is a rule of this project.
    """
    for part in model.security("AuthorizationPolicy"):
        if action_of(part) != "DENY" or not part.judged or tried(part):
            continue
        served = [model.workloads[host] for _, host in known_pods(model, part)]
        raw = [port for one in served for port in one.ports if not port.http]
        unknown = model.production and not _all_known(model, part, bool(served))
        for rule in part.spec.at("rules"):
            widened = [*_widened(rule)]
            told = _told(rule, widened, raw, unknown=unknown)
            if told:
                yield _problem(part, rule, *told)


def _told(rule: Node, widened: list[Node], raw: list[WorkloadPort], *, unknown: bool) -> tuple[str, str] | None:
    """What is denied too much, and the fix; None where nothing is, as far as it is known."""
    unlimited = [one for one in widened if not _names_ports(rule, one)]
    name = "Name the ports that it is for, in `to.operation.ports` of the pods"
    if raw and unlimited:
        return f"port {raw[0].port} of a workload that it is for is no HTTP", name
    for one in raw:
        if any(_reaches(rule, operation, str(one.pod_port)) for operation in widened):
            fix = "Leave that port out, and deny its connections, if that is meant, by a rule without such conditions"
            return f"port {one.pod_port}, for which it is too, is no HTTP at a workload of the policy", fix
    if unlimited and unknown:
        return "what the workloads speak is not known (a rule of this project, for production)", name
    return None


def _all_known(model: TrafficModel, part: Part, some: bool) -> bool:
    scope = scope_of(part, model.root_namespace)
    gateways = any(
        scope.namespace in (None, home) and scope.labels <= labels.items()
        for (home, _), labels in model.gateways.items()
    )
    return gateways or (
        some and scope.namespace is not None and (bool(scope.labels) or scope.namespace in model.described)
    )


def _widened(rule: Node) -> Iterator[Node]:
    """The operations of a rule that lose conditions where connections are not looked into; an empty one for all."""
    keys = [one.at("key").text or "" for one in rule.at("when")]
    asked = any(key.startswith("request.") for key in keys) or any(
        one.at("source").has(key) for one in rule.at("from") for key in ("requestPrincipals", "notRequestPrincipals")
    )
    for operation in [one.at("operation") for one in rule.at("to")] or [_NOTHING]:
        if asked or any(operation.has(key) for key in _OF_REQUESTS):
            yield operation


def _port_lists(rule: Node, operation: Node) -> Iterator[tuple[list[str], list[str]]]:
    """Each list of ports, and of ports that are left out."""
    yield operation.at("ports").texts, operation.at("notPorts").texts
    for condition in rule.at("when"):
        if condition.at("key").text == _PORT_KEY:
            yield condition.at("values").texts, condition.at("notValues").texts


def _names_ports(rule: Node, operation: Node) -> bool:
    return any(named or others for named, others in _port_lists(rule, operation))


def _reaches(rule: Node, operation: Node, port: str) -> bool:
    return all((not named or port in named) and port not in others for named, others in _port_lists(rule, operation))


def _problem(part: Part, rule: Node, told: str, fix: str) -> Problem:
    return part.problem(
        rule,
        "a rule denies every TCP connection: it has conditions on requests only, which Istio leaves out where it sees "
        f"none, and {told}",
        fix,
    )
