"""Timeouts of routes."""

import re
from collections.abc import Iterator

from mesh_policies.findings import Finding
from mesh_policies.policy import Policy
from mesh_policies.resources import Resource, at, entries
from mesh_policies.rules.signature import Parameters

_ZERO = re.compile(r"^(0+([.]0+)?(h|m|s|ms)?)+$")
_FIX = "Set one that is longer than the slowest good answer"


def present(resource: Resource, _policy: Policy, _parameters: Parameters) -> Iterator[Finding]:
    """HTTP routes to a service without a timeout; those that redirect, delegate or answer by themselves need none.

    Sources: networking/v1 HTTPRoute.timeout (none by default), gateway.networking.k8s.io HTTPRouteTimeouts.
    """
    if resource.is_a("networking.istio.io", "VirtualService"):
        for index, route in enumerate(entries(resource.at("spec", "http"))):
            if at(route, "route"):
                yield from _judged(at(route, "timeout"), ("spec", "http", index, "timeout"))
    elif resource.is_a("gateway.networking.k8s.io", "HTTPRoute"):
        for index, rule in enumerate(entries(resource.at("spec", "rules"))):
            if at(rule, "backendRefs"):
                given = at(rule, "timeouts", "request") or at(rule, "timeouts", "backendRequest")
                yield from _judged(given, ("spec", "rules", index, "timeouts", "request"))


def _judged(given: object, path: tuple[str | int, ...]) -> Iterator[Finding]:
    if given is None or given == "":
        yield Finding(path, "missing, so that a request may wait for ever", _FIX)
    elif isinstance(given, str) and _ZERO.match(given):
        yield Finding(path, f"'{given}' switches the timeout off", _FIX)
