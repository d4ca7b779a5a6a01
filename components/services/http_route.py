"""Rules as rules of the Gateway API's HTTPRoute."""

from collections.abc import Callable, Iterator
from dataclasses import replace

from components.services.actions import HeaderOperations, RequestPolicies
from components.services.durations import gateway_duration, whole_seconds
from components.services.intersection import segments
from components.services.matching import HeaderMatch, PathMatch, RouteMatch, TextMatch
from components.services.precedence import in_order
from components.services.rules import Rule, Target

Backend = Callable[[Target], dict[str, object]]
"""Writes a target as the Gateway API's BackendObjectReference."""

IMPLIED_RETRY_CONDITIONS = ("connect-failure", "refused-stream", "unavailable", "cancelled")
"""The conditions under which Istio retries for an HTTPRoute, whatever it says (conversion.go, convertHTTPRoute)."""


def route_rules(rules: list[Rule], backend: Backend) -> list[dict[str, object]]:
    """The rules as rules of an HTTPRoute, with the meaning that their order has in the stack file.

    Source: gateway-api.sigs.k8s.io/reference/spec.

    Raises:
        InexpressibleError: their order cannot be written.
    """
    return [_rule(rule, backend) for rule in written_rules(rules)]


def written_rules(rules: list[Rule]) -> list[Rule]:
    """The rules one by one as an HTTPRoute has them: in order, and with one match where a prefix is rewritten.

    A rule that replaces a prefix has exactly one match, by prefix (HTTPRoute's CRD, spec.rules.filters).

    Raises:
        InexpressibleError: their order cannot be written.
    """
    return [one for rule in in_order(rules) for one in _apart(rule)]


def _apart(rule: Rule) -> Iterator[Rule]:
    rewrite = rule.rewrite
    if rewrite is None or rewrite.prefix is None:
        yield rule
        return
    for index, match in enumerate(rule.matches):
        exact = match.path is not None and match.path.exact is not None
        whole = rewrite.model_copy(update={"path": rewrite.prefix, "prefix": None})
        name = f"{rule.name}-{index}" if len(rule.matches) > 1 else rule.name
        yield replace(rule, name=name, matches=(match,), rewrite=whole if exact else rewrite)


def _rule(rule: Rule, backend: Backend) -> dict[str, object]:
    written: dict[str, object] = {"name": rule.name, "matches": [_match(one) for one in rule.matches]}
    if filters := list(_filters(rule, backend)):
        written["filters"] = filters
    if rule.targets:
        written["backendRefs"] = [_weighted(target, backend) for target in rule.targets]
    return written | _times(rule.policies)


def _match(match: RouteMatch) -> dict[str, object]:
    fields: dict[str, object] = {
        "path": _path(match.path),
        "method": match.method.value if match.method else None,
        "headers": [_condition(name, one) for name, one in match.headers.items()] or None,
        "queryParams": [_condition(name, one) for name, one in match.query_params.items()] or None,
    }
    return {key: value for key, value in fields.items() if value is not None}


def _path(path: PathMatch | None) -> dict[str, str]:
    if path is None:
        return {"type": "PathPrefix", "value": "/"}
    if path.exact is not None:
        return {"type": "Exact", "value": path.exact}
    if path.prefix is not None:
        return {"type": "PathPrefix", "value": segments(path.prefix)}
    return {"type": "RegularExpression", "value": path.regex or ""}


def _condition(name: str, match: TextMatch | HeaderMatch) -> dict[str, str]:
    if match.exact is not None:
        return {"name": name, "type": "Exact", "value": match.exact}
    return {"name": name, "type": "RegularExpression", "value": match.regex or ".*"}


def _weighted(target: Target, backend: Backend) -> dict[str, object]:
    return backend(target) | ({} if target.weight is None else {"weight": target.weight})


def _filters(rule: Rule, backend: Backend) -> Iterator[dict[str, object]]:
    if rule.redirect:
        yield {"type": "RequestRedirect", "requestRedirect": _redirect(rule)}
    if rule.rewrite:
        yield {"type": "URLRewrite", "urlRewrite": _rewrite(rule)}
    given = rule.policies
    sides = given.headers
    if sides and (request := _operations(sides.request)):
        yield {"type": "RequestHeaderModifier", "requestHeaderModifier": request}
    if sides and (response := _operations(sides.response)):
        yield {"type": "ResponseHeaderModifier", "responseHeaderModifier": response}
    own = rule.targets[0].service if rule.targets else ""
    for one in given.mirrors or ():
        # Of a million, as in Envoy: the fraction is of whole numbers, and 0.0001 percent is the least that Istio takes.
        share = {"numerator": round(one.percentage * 10_000), "denominator": 1_000_000}
        reference = backend(Target(service=one.service or own, version=one.version))
        yield {"type": "RequestMirror", "requestMirror": {"backendRef": reference, "fraction": share}}
    if given.cors_policy:
        yield {"type": "CORS", "cors": _cors(given)}


def _redirect(rule: Rule) -> dict[str, object]:
    given = rule.redirect
    if given is None:
        return {}
    fields: dict[str, object] = {
        "scheme": given.scheme.value if given.scheme else None,
        "hostname": given.authority,
        "path": {"type": "ReplaceFullPath", "replaceFullPath": given.path} if given.path is not None else None,
        "port": given.port,
        "statusCode": given.code,
    }
    return {key: value for key, value in fields.items() if value is not None}


def _rewrite(rule: Rule) -> dict[str, object]:
    given = rule.rewrite
    fields: dict[str, object] = {}
    if given and given.authority:
        fields["hostname"] = given.authority
    if given and given.path is not None:
        fields["path"] = {"type": "ReplaceFullPath", "replaceFullPath": given.path}
    if given and given.prefix is not None:
        fields["path"] = {"type": "ReplacePrefixMatch", "replacePrefixMatch": given.prefix}
    return fields


def _operations(changes: HeaderOperations) -> dict[str, object]:
    fields: dict[str, object] = {
        "set": [{"name": name, "value": value} for name, value in changes.set.items()],
        "add": [{"name": name, "value": value} for name, value in changes.add.items()],
        "remove": list(changes.remove),
    }
    return {key: value for key, value in fields.items() if value}


def _cors(given: RequestPolicies) -> dict[str, object]:
    cors = given.cors_policy
    if cors is None:
        return {}
    fields: dict[str, object] = {
        "allowOrigins": [origin.exact for origin in cors.allow_origins],
        "allowMethods": [method.value for method in cors.allow_methods] or None,
        "allowHeaders": list(cors.allow_headers) or None,
        "exposeHeaders": list(cors.expose_headers) or None,
        "maxAge": whole_seconds(cors.max_age) if cors.max_age else None,
        "allowCredentials": cors.allow_credentials,
    }
    return {key: value for key, value in fields.items() if value is not None}


def _times(given: RequestPolicies) -> dict[str, object]:
    timeouts: dict[str, object] = {"request": gateway_duration(given.timeout)} if given.timeout else {}
    written: dict[str, object] = {}
    if retries := given.retries:
        if retries.per_try_timeout:
            timeouts["backendRequest"] = gateway_duration(retries.per_try_timeout)
        codes = [int(condition) for condition in retries.retry_on or () if condition.isdigit()]
        written["retry"] = {
            "attempts": retries.attempts,
            **({"codes": codes} if codes else {}),
            **({"backoff": gateway_duration(retries.backoff)} if retries.backoff else {}),
        }
    return written | ({"timeouts": timeouts} if timeouts else {})
