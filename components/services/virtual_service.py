"""Rules as routes of Istio's VirtualService."""

import re
from collections.abc import Callable, Iterator, Mapping

from components.services.actions import CorsSettings, FaultSettings, HeaderOperations, HeaderSettings, RequestPolicies
from components.services.intersection import segments
from components.services.matching import PathMatch, RouteMatch
from components.services.request_matches import match_requests, text_match
from components.services.rules import Rule, Target

Destination = Callable[[Target], dict[str, object]]
"""Writes a target as Istio's Destination."""


def http_routes(rules: list[Rule], destination: Destination) -> list[dict[str, object]]:
    """The rules as HTTPRoutes of a VirtualService, first match first.

    Source: istio.io/latest/docs/reference/config/networking/virtual-service.
    """
    return [route for rule in rules for route in _routes(rule, destination)]


def _routes(rule: Rule, destination: Destination) -> Iterator[dict[str, object]]:
    """One route; with a rewrite of the prefix one for each match, because each has a prefix of its own."""
    apart = bool(rule.rewrite and rule.rewrite.prefix is not None and len(rule.matches) > 1)
    for index, matches in enumerate([(one,) for one in rule.matches] if apart else [rule.matches]):
        route: dict[str, object] = {"name": f"{rule.name}-{index}" if apart else rule.name}
        written = [request for match in matches for request in match_requests(match)]
        # The path '/a' and the prefix '/a' have one request in common, which a second time would never be reached.
        requests = [request for index, request in enumerate(written) if request not in written[:index]]
        if all(requests):
            # One match without a condition is for everything, whatever the others say.
            route |= {"match": requests} if requests else {}
        yield route | _action(rule, matches, destination) | policies(rule.policies, rule, destination)


def _action(rule: Rule, matches: tuple[RouteMatch, ...], destination: Destination) -> dict[str, object]:
    if rule.redirect:
        given = rule.redirect
        redirect = {
            "uri": given.path,
            "authority": given.authority,
            "scheme": given.scheme.value if given.scheme else None,
            "port": given.port,
            "redirectCode": given.code,
        }
        return {"redirect": {key: value for key, value in redirect.items() if value is not None}}
    if rule.direct_response:
        body = rule.direct_response.body
        return {
            "directResponse": {
                "status": rule.direct_response.status,
                **({"body": {"string": body}} if body is not None else {}),
            }
        }
    if rule.delegate:
        return {"delegate": {"name": rule.delegate.name, "namespace": rule.delegate.namespace}}
    forward: dict[str, object] = {"route": [weighted(target, destination) for target in rule.targets]}
    return forward | ({"rewrite": _rewrite(rule, matches)} if rule.rewrite else {})


def weighted(target: Target, destination: Destination) -> dict[str, object]:
    """A target as a weighted destination of a route."""
    weight = {} if target.weight is None else {"weight": target.weight}
    return {"destination": destination(target), **weight}


def _rewrite(rule: Rule, matches: tuple[RouteMatch, ...]) -> dict[str, object]:
    given = rule.rewrite
    rewrite: dict[str, object] = {}
    if given and given.authority:
        rewrite["authority"] = given.authority
    if given and given.path is not None:
        rewrite["uriRegexRewrite"] = {"match": "^/.*$", "rewrite": _literal(given.path)}
    if given and given.prefix is not None:
        rewrite["uriRegexRewrite"] = _prefix_rewrite(matches[0] if matches else RouteMatch(), given.prefix)
    return rewrite


def _prefix_rewrite(match: RouteMatch, wanted: str) -> dict[str, str]:
    """A regular expression, because Istio's own rewrite of prefixes knows no segments."""
    path = match.path or PathMatch(prefix="/")
    if path.exact is not None:
        return {"match": "^/.*$", "rewrite": _literal(wanted)}
    stem, start = segments(path.prefix or "/"), "^(?i)" if match.ignore_uri_case else "^"
    target = segments(wanted)
    if stem == "/":
        return {"match": f"{start}/(.*)$", "rewrite": f"{_literal(target.rstrip('/'))}/\\1"}
    if target == "/":
        return {"match": f"{start}{re.escape(stem)}/?(.*)$", "rewrite": "/\\1"}
    return {"match": f"{start}{re.escape(stem)}(.*)$", "rewrite": f"{_literal(target)}\\1"}


def _literal(text: str) -> str:
    """A text as the substitution of a regular expression, in which a backslash would refer to a group."""
    return text.replace("\\", "\\\\")


def policies(given: RequestPolicies, rule: Rule, destination: Destination) -> dict[str, object]:
    """What holds for the requests of a rule, as fields of an HTTPRoute."""
    fields: dict[str, object] = {"timeout": given.timeout}
    if given.retries:
        retries = given.retries
        fields["retries"] = _given(
            attempts=retries.attempts,
            perTryTimeout=retries.per_try_timeout,
            retryOn=",".join(retries.retry_on) if retries.retry_on else None,
            backoff=retries.backoff,
        )
    if given.fault:
        fields["fault"] = _fault(given.fault)
    if given.mirrors:
        first = rule.targets[0] if rule.targets else Target(service="")
        fields["mirrors"] = [
            {
                "destination": destination(
                    Target(service=one.service, version=one.version)
                    if one.service
                    else Target(service=first.service, version=one.version, port=first.port)
                ),
                "percentage": {"value": one.percentage},
            }
            for one in given.mirrors
        ]
    if given.headers:
        fields["headers"] = header_changes(given.headers)
    if given.cors_policy:
        fields["corsPolicy"] = _cors(given.cors_policy)
    return {key: value for key, value in fields.items() if value is not None}


def _fault(fault: FaultSettings) -> dict[str, object]:
    parts: dict[str, object] = {}
    if fault.delay:
        parts["delay"] = {"percentage": {"value": fault.delay.percentage}, "fixedDelay": fault.delay.fixed_delay}
    if fault.abort:
        status = _given(httpStatus=fault.abort.http_status, grpcStatus=fault.abort.grpc_status)
        parts["abort"] = {"percentage": {"value": fault.abort.percentage}, **status}
    return parts


def header_changes(headers: HeaderSettings) -> dict[str, object]:
    """Changes of headers, without the directions in which nothing changes."""
    sides = {"request": _operations(headers.request), "response": _operations(headers.response)}
    return {key: value for key, value in sides.items() if value}


def _operations(changes: HeaderOperations) -> dict[str, object]:
    given: Mapping[str, object] = {"set": changes.set, "add": changes.add, "remove": list(changes.remove)}
    return {key: value for key, value in given.items() if value}


def _cors(cors: CorsSettings) -> dict[str, object]:
    return _given(
        allowOrigins=[text_match(origin) for origin in cors.allow_origins],
        allowMethods=[method.value for method in cors.allow_methods] or None,
        allowHeaders=list(cors.allow_headers) or None,
        exposeHeaders=list(cors.expose_headers) or None,
        maxAge=cors.max_age,
        allowCredentials=cors.allow_credentials,
    )


def _given(**fields: object) -> dict[str, object]:
    return {key: value for key, value in fields.items() if value is not None}
