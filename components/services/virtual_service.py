"""Rules as routes of Istio's VirtualService."""

import re
from collections.abc import Callable, Iterator, Mapping

from components.services.actions import CorsSettings, FaultSettings, HeaderOperations, HeaderSettings, RequestPolicies
from components.services.intersection import plain_path, segments
from components.services.matching import HeaderMatch, PathMatch, RouteMatch, TextMatch
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


def match_requests(match: RouteMatch) -> list[dict[str, object]]:
    """A match as HTTPMatchRequests: whole segments of a path are the path itself, or what follows it and a '/'."""
    rest: dict[str, object] = {
        "method": {"exact": match.method.value} if match.method else None,
        "headers": {
            **{name.lower(): _header(one) for name, one in match.headers.items()},
            **{claim_header(name): _text(one) for name, one in match.claims.items()},
        },
        "withoutHeaders": {name.lower(): _header(one) for name, one in match.without_headers.items()},
        "queryParams": {name: _text(one) for name, one in match.query_params.items()},
        "authority": _text(match.authority) if match.authority else None,
        "sourceLabels": dict(match.source_labels),
        "sourceNamespace": match.source_namespace,
    }
    given = {key: value for key, value in rest.items() if value not in (None, {})}
    fold: dict[str, object] = {"ignoreUriCase": True} if match.ignore_uri_case else {}
    return [({"uri": uri, **fold} if uri else {}) | given for uri in _uris(match.path)]


def claim_path(name: str) -> list[str]:
    """The claims that lead to the one of a name: 'a.b' is b within a; a name with '/' is an address, dots included."""
    return [name] if "/" in name else name.split(".")


def claim_header(name: str) -> str:
    """What stands for a claim among the headers of a match.

    Source: istio.io/latest/docs/tasks/security/authentication/jwt-route, and ToRoutingClaim in pkg/jwt/routing.go.
    """
    return "@request.auth.claims" + "".join(f"[{part}]" for part in claim_path(name))


def _uris(path: PathMatch | None) -> list[dict[str, str]]:
    path = plain_path(path)
    if path is None:
        return [{}]
    if path.prefix is not None:
        stem = segments(path.prefix)
        return [{"exact": stem}, {"prefix": f"{stem}/"}]
    return [{"exact": path.exact}] if path.exact is not None else [{"regex": path.regex or ""}]


def _text(match: TextMatch) -> dict[str, str]:
    return {key: value for key, value in match.model_dump().items() if value is not None}


def _header(match: HeaderMatch) -> dict[str, str]:
    # Istio takes an empty match for "the header is there" (HTTPMatchRequest.headers).
    return {} if match.present else {k: v for k, v in match.model_dump(exclude={"present"}).items() if v is not None}


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
        own = rule.targets[0].service if rule.targets else ""
        fields["mirrors"] = [
            {
                "destination": destination(Target(service=one.service or own, version=one.version)),
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
        allowOrigins=[_text(origin) for origin in cors.allow_origins],
        allowMethods=[method.value for method in cors.allow_methods] or None,
        allowHeaders=list(cors.allow_headers) or None,
        exposeHeaders=list(cors.expose_headers) or None,
        maxAge=cors.max_age,
        allowCredentials=cors.allow_credentials,
    )


def _given(**fields: object) -> dict[str, object]:
    return {key: value for key, value in fields.items() if value is not None}
