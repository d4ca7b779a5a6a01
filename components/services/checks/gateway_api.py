"""Checks of services with `api: gateway`: what an HTTPRoute cannot say is refused by name."""

from collections.abc import Iterator, Mapping, Sequence

from components.services.actions import MirrorSettings, RequestPolicies
from components.services.gateway_api import exposure_rules
from components.services.http_route import IMPLIED_RETRY_CONDITIONS, written_rules
from components.services.intersection import InexpressibleError, segments
from components.services.matching import RouteMatch
from components.services.names import service_name, version_service
from components.services.rules import service_rules
from components.services.settings import RouteSettings, ServiceSettings, WeightedDestination
from components.settings.api import Api
from components.settings.mesh import MeshSettings
from components.settings.problems import Path, Problem

_FIX = "Remove it, or set `api: istio`"
_REDIRECT_CODES = (301, 302)
_LEAST_RETRY_CODE = 400
"""Of the status codes of an HTTPRoute's retry (its CRD)."""
_MOST_RULES = 16
"""Rules that one HTTPRoute takes (its CRD, spec.rules)."""
_LONGEST_NAME = 63
"""Characters of a Service's name (kubernetes.io/docs/concepts/overview/working-with-objects/names)."""


Names = Mapping[tuple[str, str], str]
"""The entries of `services` by namespace and name of their Service."""


def names_of(settings: MeshSettings) -> Names:
    """Who has which name, for all services at once: to look for each anew would take the square of their number."""
    return {(one.namespace, service_name(key, one)): key for key, one in settings.services.items()}


def gateway_api_problems(settings: MeshSettings, key: str, path: Path, names: Names) -> Iterator[Problem]:
    """Settings without an equivalent in the Gateway API, and orders of routes that it cannot keep."""
    service = settings.services[key]
    if service.api is not Api.GATEWAY:
        return
    if not service.protocol.http:
        yield Problem((*path, "api"), f"'gateway' has no routes for {service.protocol} here", "Set `api: istio`")
        return
    yield from _policy_problems(service, path)
    yield from _subset_problems(settings, service.mirrors or (), (*path, "mirrors"))
    for index, tester in enumerate(service.testers):
        yield from _match_problems(tester.match, (*path, "testers", index, "match"))
    for index, route in enumerate(service.routes):
        here = (*path, "routes", index)
        yield from _policy_problems(route, here)
        yield from _route_problems(settings, route, here)
    yield from _name_problems(key, service, path, names)
    yield from _order_problems(key, service, path)


def _policy_problems(given: RequestPolicies, path: Path) -> Iterator[Problem]:
    if given.fault:
        yield Problem((*path, "fault"), "an HTTPRoute has no faults", _FIX)
    conditions = (given.retries.retry_on if given.retries else None) or ()
    for index, condition in enumerate(conditions):
        if not condition.isdigit() and condition not in IMPLIED_RETRY_CONDITIONS:
            yield Problem(
                (*path, "retries", "retryOn", index),
                f"an HTTPRoute names HTTP status codes only, not '{condition}'; Istio adds "
                f"{', '.join(IMPLIED_RETRY_CONDITIONS)}",
                "Name the codes, for example '503', or set `api: istio`",
            )
        elif condition.isdigit() and int(condition) < _LEAST_RETRY_CODE:
            here = (*path, "retries", "retryOn", index)
            yield Problem(here, f"an HTTPRoute retries on {_LEAST_RETRY_CODE} to 599 only, not '{condition}'", _FIX)
    if conditions and (missing := [one for one in IMPLIED_RETRY_CONDITIONS if one not in conditions]):
        yield Problem(
            (*path, "retries", "retryOn"),
            f"lacks {', '.join(missing)}, on which Istio retries for every HTTPRoute (convertHTTPRoute in its "
            "conversion.go)",
            "Name them as well, or set `api: istio`",
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
        ("claims", match.claims),
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
    if route.redirect and route.redirect.code not in _REDIRECT_CODES:
        yield Problem(
            (*path, "redirect", "code"),
            f"an HTTPRoute redirects with 301 or 302 only, not {route.redirect.code}",
            "Choose one of these, or set `api: istio`",
        )
    yield from _rewrite_problems(route, path)
    yield from _subset_problems(settings, route.destinations or (), (*path, "destinations"))
    yield from _subset_problems(settings, route.mirrors or (), (*path, "mirrors"))


def _rewrite_problems(route: RouteSettings, path: Path) -> Iterator[Problem]:
    """Of '/' Istio 1.29 takes the slash away with ReplacePrefixMatch: '/x' becomes '/newx', not '/new/x'."""
    if route.rewrite is None or route.rewrite.prefix in (None, "/"):
        return
    for match in route.match:
        prefix = match.path.prefix if match.path else "/"
        if prefix is not None and segments(prefix) == "/":
            yield Problem(
                (*path, "rewrite", "prefix"),
                "has no prefix below '/' to take the place of, and Istio joins the two wrongly for an HTTPRoute",
                "Match a longer prefix, or set `api: istio`",
            )
            return


def _subset_problems(
    settings: MeshSettings, named: Sequence[WeightedDestination | MirrorSettings], path: Path
) -> Iterator[Problem]:
    for index, one in enumerate(named):
        target = settings.services.get(one.service or "")
        if target and one.version and target.api is not Api.GATEWAY:
            yield Problem(
                (*path, index, "version"),
                f"versions of '{one.service}' are subsets, which an HTTPRoute cannot name",
                f"Set `api: gateway` for services.{one.service}, or leave the version out",
            )


def _name_problems(key: str, service: ServiceSettings, path: Path, names: Names) -> Iterator[Problem]:
    """Services of versions, whose names Kubernetes has to take and nobody else may have."""
    for version in service.versions:
        name, here = version_service(key, service, version), (*path, "versions", version)
        if len(name) > _LONGEST_NAME:
            rule = f"its Service '{name}' has a name of {len(name)} characters, where Kubernetes takes {_LONGEST_NAME}"
            yield Problem(here, rule, "Shorten the name of the service or of the version")
        if other := names.get((service.namespace, name)):
            rule = f"its Service '{name}' is that of services.{other} as well"
            yield Problem(here, rule, "Rename the version, or set `api: istio`")


def _order_problems(key: str, service: ServiceSettings, path: Path) -> Iterator[Problem]:
    try:
        lists = [service_rules(key, service)]
        lists += [exposure_rules(key, service, exposure) for exposure in service.exposure]
        longest = max(len(written_rules(rules)) for rules in lists)
    except InexpressibleError as error:
        yield Problem(
            (*path, "routes"),
            f"an HTTPRoute cannot keep their order: {error}",
            "Use exact paths or prefixes, or set `api: istio`",
        )
        return
    if longest > _MOST_RULES:
        rule = f"come to {longest} rules, where an HTTPRoute takes {_MOST_RULES} (testers, the rest by weight and each "
        yield Problem((*path, "routes"), f"{rule}path of an exposure count as well)", "Set `api: istio`")
