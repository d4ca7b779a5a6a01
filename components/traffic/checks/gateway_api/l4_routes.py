"""Checks of TLSRoute and TCPRoute."""

from collections.abc import Iterator

from components.kinds.resource import Resource
from components.settings.problems import Problem
from components.traffic.checks.gateway_api.hostnames import route_hostname_problems
from components.traffic.checks.gateway_api.references import parent_problems, route_backend_problems
from components.traffic.checks.gateway_api.rules import rule_name_problems


def tls_route_problems(resource: Resource) -> Iterator[Problem]:
    """A TLSRoute that the CRD refuses by its rules. Source: the CRD of TLSRoute of Gateway API 1.4."""
    spec = resource.spec
    yield from parent_problems(spec)
    yield from route_hostname_problems(spec.at("hostnames"))
    for rule in spec.at("rules"):
        yield from route_backend_problems(rule)


def tcp_route_problems(resource: Resource) -> Iterator[Problem]:
    """A TCPRoute that the CRD refuses by its rules, or with rules that no connection reaches.

    Source: the CRD of TCPRoute of Gateway API 1.4; buildGatewayNetworkFiltersFromTCPRoutes of Istio's
    pilot/pkg/networking/core/gateway.go, which takes the first rule.
    """
    spec = resource.spec
    yield from parent_problems(spec)
    yield from rule_name_problems(spec.at("rules"))
    for extra in spec.at("rules").items[1:]:
        yield extra.problem(
            "is never reached: rules of a TCPRoute have no matches, so that the first takes all connections (a rule of "
            "this project)",
            "Keep one rule, and share connections by the weights of its backendRefs",
        )
    for rule in spec.at("rules"):
        yield from route_backend_problems(rule)
