"""Checks of filters of HTTPRoute and GRPCRoute."""

from collections.abc import Iterator

from components.kinds.node import Node
from components.settings.problems import Problem
from components.traffic.checks.gateway_api.hostnames import hostname_problems
from components.traffic.checks.gateway_api.lists import repeated_problems
from components.traffic.checks.gateway_api.references import backend_problems
from components.traffic.checks.gateway_api.rules import named_problems

_ONCE = ("RequestHeaderModifier", "ResponseHeaderModifier", "RequestRedirect", "URLRewrite")
_UNSUPPORTED = {
    "ExtensionRef": "Use an EnvoyFilter or a WasmPlugin",
    "ExternalAuth": "Use an AuthorizationPolicy with the action CUSTOM",
}
_OF_BACKENDS = ("RequestHeaderModifier", "ResponseHeaderModifier")


def filters_problems(filters: Node, *, of_backend: bool = False) -> Iterator[Problem]:
    """Filters that do not fit together, and filters that Istio does not have; `of_backend` for those of one backend.

    Source: the rules of filters in the CRDs of HTTPRoute and GRPCRoute of Gateway API 1.4. Istio sets a route with
    another filter aside (convertHTTPRoute and buildHTTPDestination of pilot/pkg/config/kube/gateway/conversion.go).
    """
    seen: set[str] = set()
    for one in filters:
        kind = one.at("type").text or ""
        if kind in _ONCE and kind in seen:
            yield one.at("type").problem(f"'{kind}' is given twice", "Put both into one filter")
        for other in ("RequestRedirect", "URLRewrite"):
            if {kind, other} == {"RequestRedirect", "URLRewrite"} and other in seen:
                yield one.at("type").problem(f"'{kind}' cannot be together with {other}", "Keep one of the two")
        seen.add(kind)
        yield from _support_problems(one.at("type"), of_backend=of_backend)
        yield from filter_problems(one)


def filter_problems(one: Node) -> Iterator[Problem]:
    """What is in one filter; that it is the field which the type names is in the shape."""
    for modifier in (one.at("requestHeaderModifier"), one.at("responseHeaderModifier")):
        for operation in ("add", "set"):
            yield from named_problems(modifier.at(operation), "header")
        yield from repeated_problems(modifier.at("remove"), "header", folded=True)
    yield from mirror_problems(one.at("requestMirror"))
    for changed in (one.at("requestRedirect"), one.at("urlRewrite")):
        yield from hostname_problems(changed.at("hostname"))
    yield from cors_problems(one.at("cors"))


def mirror_problems(mirror: Node) -> Iterator[Problem]:
    """A mirror of a share that is above everything, or to a backend without a port."""
    yield from backend_problems(mirror.at("backendRef"))
    fraction = mirror.at("fraction")
    numerator, denominator = fraction.at("numerator").whole, fraction.at("denominator").whole
    whole = 100 if denominator is None else denominator
    if numerator is not None and numerator > whole:
        yield fraction.at("numerator").problem(
            f"{numerator} is above the denominator, which is {whole}", "Use a part of the whole"
        )


def cors_problems(cors: Node) -> Iterator[Problem]:
    """Lists in which '*' is alone, and nothing is twice."""
    for field, what in (("allowMethods", "method"), ("allowOrigins", "origin")):
        entries = cors.at(field)
        if "*" in entries.texts and len(entries.items) > 1:
            yield entries.problem("has '*' next to others", f"Keep '*' alone, or name each {what}")
    for field in ("allowMethods", "allowOrigins", "allowHeaders", "exposeHeaders"):
        yield from repeated_problems(cors.at(field), "entry")


def _support_problems(kind: Node, *, of_backend: bool) -> Iterator[Problem]:
    if kind.text in _UNSUPPORTED:
        yield kind.problem(
            f"'{kind.text}' is a filter that Istio does not have, and it would set the route aside",
            _UNSUPPORTED[kind.text],
        )
    elif of_backend and kind.text is not None and kind.text not in _OF_BACKENDS:
        yield kind.problem(
            f"'{kind.text}' is a filter that Istio does not have for a single backend, and it would set the route "
            "aside",
            "Move it to the filters of the rule",
        )
