"""Checks of GRPCRoute."""

import re
from collections.abc import Iterator

from components.kinds.node import Node
from components.kinds.resource import Resource
from components.settings.problems import Problem
from components.settings.wording import shown
from components.traffic.checks.gateway_api.filters import filters_problems
from components.traffic.checks.gateway_api.hostnames import route_hostname_problems
from components.traffic.checks.gateway_api.references import parent_problems, route_backend_problems
from components.traffic.checks.gateway_api.rules import (
    match_count_problems,
    named_problems,
    rule_name_problems,
    session_problems,
    without_backends_problems,
)
from components.traffic.checks.values import regex_problems

_FORMS = {
    "service": (re.compile(r"\.?[a-z_][a-z_0-9]*(\.[a-z_][a-z_0-9]*)*", re.IGNORECASE | re.ASCII), "shop.v1.Cart"),
    "method": (re.compile(r"[A-Za-z_][A-Za-z_0-9]*", re.ASCII), "AddItem"),
}


def grpc_route_problems(resource: Resource) -> Iterator[Problem]:
    """A GRPCRoute that the CRD refuses by its rules, or that Istio would set aside.

    Source: the CRD of GRPCRoute of Gateway API 1.4 (config/crd/experimental).
    """
    spec = resource.spec
    yield from parent_problems(spec)
    yield from route_hostname_problems(spec.at("hostnames"))
    yield from rule_name_problems(spec.at("rules"))
    yield from match_count_problems(spec.at("rules"), default=0)
    for rule in spec.at("rules"):
        yield from grpc_rule_problems(rule)


def grpc_rule_problems(rule: Node) -> Iterator[Problem]:
    """One rule: its matches, filters and backends."""
    for match in rule.at("matches"):
        yield from grpc_match_problems(match)
    yield from filters_problems(rule.at("filters"))
    for backend in rule.at("backendRefs"):
        yield from filters_problems(backend.at("filters"), of_backend=True)
    yield from route_backend_problems(rule)
    yield from without_backends_problems(rule, "UNAVAILABLE")
    yield from session_problems(rule.at("sessionPersistence"))


def grpc_match_problems(match: Node) -> Iterator[Problem]:
    """One match: service or method, by name or regular expression, and headers."""
    method = match.at("method")
    if method.given and not (method.has("service") or method.has("method")):
        yield method.problem("has neither service nor method", "Give it one of the two, or both")
    expression = method.at("type").text == "RegularExpression"
    for field, (form, example) in _FORMS.items():
        text = method.at(field).text
        if expression:
            yield from regex_problems(method.at(field))
        elif text is not None and not form.fullmatch(text):
            yield method.at(field).problem(
                f"{shown(text)} is not the name of a {field} of gRPC", f"For example: '{example}'"
            )
    yield from named_problems(match.at("headers"), "header")
    for header in match.at("headers"):
        if header.at("type").text == "RegularExpression":
            yield from regex_problems(header.at("value"))
