"""Checks of services with `api: gateway`: what an HTTPRoute cannot say is refused by name."""

from collections.abc import Iterator

from components.services.actions import RequestPolicies
from components.services.gateway_api import exposure_rules
from components.services.http_route import IMPLIED_RETRY_CONDITIONS
from components.services.intersection import InexpressibleError
from components.services.matching import RouteMatch
from components.services.precedence import in_order
from components.services.rules import service_rules
from components.services.settings import RouteSettings, ServiceSettings
from components.settings.api import Api
from components.settings.mesh import MeshSettings
from components.settings.problems import Path, Problem

_FIX = "Remove it, or set `api: istio`"
_REDIRECT_CODES = (301, 302, 303, 307, 308)
_MOST_RULES = 16
"""Rules that one HTTPRoute takes (its CRD, spec.rules)."""


def gateway_api_problems(settings: MeshSettings, key: str, path: Path) -> Iterator[Problem]:
    """Settings without an equivalent in the Gateway API, and orders of routes that it cannot keep."""
    service = settings.services[key]
    if service.api is not Api.GATEWAY:
        return
    if not service.protocol.http:
        yield Problem((*path, "api"), f"'gateway' has no routes for {service.protocol} here", "Set `api: istio`")
        return
    yield from _policy_problems(service, path)
    for index, tester in enumerate(service.testers):
        yield from _match_problems(tester.match, (*path, "testers", index, "match"))
    for index, route in enumerate(service.routes):
        here = (*path, "routes", index)
        yield from _policy_problems(route, here)
        yield from _route_problems(settings, route, here)
    if len(service.routes) + len(service.testers) >= _MOST_RULES:
        yield Problem((*path, "routes"), f"an HTTPRoute takes {_MOST_RULES} rules at most", "Set `api: istio`")
    yield from _order_problems(key, service, path)


def _policy_problems(given: RequestPolicies, path: Path) -> Iterator[Problem]:
    if given.fault:
        yield Problem((*path, "fault"), "an HTTPRoute has no faults", _FIX)
    for index, condition in enumerate(given.retries.retry_on or () if given.retries else ()):
        if not condition.isdigit() and condition not in IMPLIED_RETRY_CONDITIONS:
            yield Problem(
                (*path, "retries", "retryOn", index),
                f"an HTTPRoute names HTTP status codes only, not '{condition}'; Istio adds "
                f"{', '.join(IMPLIED_RETRY_CONDITIONS)}",
                "Name the codes, for example '503', or set `api: istio`",
            )
    for index, origin in enumerate(given.cors_policy.allow_origins if given.cors_policy else ()):
        if origin.exact is None:
            here = (*path, "corsPolicy", "allowOrigins", index)
            yield Problem(here, "an HTTPRoute takes exact origins only", "Use exact, or set `api: istio`")


def _match_problems(match: RouteMatch, path: Path) -> Iterator[Problem]:
    for field, value in (
        ("ignoreUriCase", match.ignore_uri_case),
        ("withoutHeaders", match.without_headers),
        ("authority", match.authority),
        ("sourceLabels", match.source_labels),
        ("sourceNamespace", match.source_namespace),
    ):
        if value:
            yield Problem((*path, field), f"an HTTPRoute has no {field}", _FIX)
    for field, conditions in (("headers", match.headers), ("queryParams", match.query_params)):
        for name, one in conditions.items():
            if one.prefix is not None:
                here = (*path, field, name, "prefix")
                yield Problem(here, f"an HTTPRoute compares {field} by exact and regex only", "Use regex")


def _route_problems(settings: MeshSettings, route: RouteSettings, path: Path) -> Iterator[Problem]:
    for number, match in enumerate(route.match):
        yield from _match_problems(match, (*path, "match", number))
    for field, value in (("directResponse", route.direct_response), ("delegate", route.delegate)):
        if value:
            yield Problem((*path, field), f"an HTTPRoute has no {field}", _FIX)
    named = [(("destinations", i), one) for i, one in enumerate(route.destinations or ())]
    named_mirrors = [(("mirrors", i), one) for i, one in enumerate(route.mirrors or ())]
    for place, one in [*named, *named_mirrors]:
        target = settings.services.get(one.service or "")
        if target and one.version and target.api is not Api.GATEWAY:
            yield Problem(
                (*path, *place, "version"),
                f"versions of '{one.service}' are subsets, which an HTTPRoute cannot name",
                f"Set `api: gateway` for services.{one.service}, or leave the version out",
            )


def _order_problems(key: str, service: ServiceSettings, path: Path) -> Iterator[Problem]:
    try:
        in_order(service_rules(key, service))
        for exposure in service.exposure:
            in_order(exposure_rules(key, service, exposure))
    except InexpressibleError as error:
        yield Problem(
            (*path, "routes"),
            f"an HTTPRoute cannot keep their order: {error}",
            "Use exact paths or prefixes, or set `api: istio`",
        )
