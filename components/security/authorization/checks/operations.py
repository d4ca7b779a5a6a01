"""Checks of what of a service is meant: methods, paths, hosts, and what TCP has not."""

from collections.abc import Iterable, Iterator

from components.kinds.node import Node
from components.security.checks.lists import wildcard_problems
from components.security.checks.operations import host_problems
from components.security.checks.path_templates import path_problems
from components.settings.mesh import MeshSettings
from components.settings.problems import Problem

REQUESTS = ("hosts", "methods", "paths", "notHosts", "notMethods", "notPaths")
TOKENS = ("requestPrincipals", "notRequestPrincipals", "claims")
"""What only HTTP has (istio.io/latest/docs/reference/config/security/authorization-policy, Operation and Source)."""


def operation_problems(operation: Node) -> Iterator[Problem]:
    """Paths and hosts that no request has."""
    for name in ("paths", "notPaths"):
        for one in operation.at(name):
            yield from path_problems(one)
    for name in ("hosts", "notHosts"):
        yield from wildcard_problems(operation.at(name))
        for one in operation.at(name):
            yield from host_problems(one)


def tcp_problems(settings: MeshSettings, services: Iterable[str], given: Node) -> Iterator[Problem]:
    """What connections have not, at services that speak something else than HTTP.

    Istio leaves such a rule out of an ALLOW, and only the condition out of a DENY, which so gets wider (checkError in
    pilot/pkg/security/authz/model/model.go).
    """
    spoken = [(key, settings.services[key].protocol) for key in services if key in settings.services]
    key, protocol = next(((key, one) for key, one in spoken if not one.http), (None, None))
    if key is None:
        return
    for name in (*REQUESTS, *TOKENS):
        if given.at(name).value:
            what = "tokens" if name in TOKENS else "requests"
            yield given.at(name).problem(
                f"'{key}' speaks {protocol}, which has no {what}: Istio would leave this out, and allow nobody or "
                "deny everybody",
                f"Remove it; {protocol} has who calls, and `ports`",
            )


def condition_tcp_problems(settings: MeshSettings, services: Iterable[str], when: Node) -> Iterator[Problem]:
    """The same for conditions by key."""
    for condition in when:
        key = condition.at("key").text or ""
        if key.startswith(("request.headers", "request.auth.")):
            wanted = Node({"hosts" if key.startswith("request.headers") else "claims": key}, ())
            for one in tcp_problems(settings, services, wanted):
                yield condition.at("key").problem(one.rule, one.fix)
