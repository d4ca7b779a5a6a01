"""Checks of HTTPRoute. Overlapping rules are no mistake here: the Gateway API orders them by how much they say."""

import re
from collections.abc import Iterator

from components.kinds.go_duration import go_seconds
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

_PATH_CHARACTERS = re.compile(r"(?:[-A-Za-z0-9/._~!$&'()*+,;=:@]|%[0-9a-fA-F]{2})+")
_NOT_IN_PATHS = ("//", "/./", "/../", "%2f", "%2F", "#")
_NOT_AT_END = ("/..", "/.")


def http_route_problems(resource: Resource) -> Iterator[Problem]:
    """An HTTPRoute that the CRD refuses by its rules, or that Istio would set aside.

    Source: the CRD of HTTPRoute of Gateway API 1.4 (config/crd/experimental).
    """
    spec = resource.spec
    yield from parent_problems(spec)
    yield from route_hostname_problems(spec.at("hostnames"))
    yield from rule_name_problems(spec.at("rules"))
    yield from match_count_problems(spec.at("rules"), default=1)
    for rule in spec.at("rules"):
        yield from http_rule_problems(rule)


def http_rule_problems(rule: Node) -> Iterator[Problem]:
    """One rule: its matches, filters, backends, timeouts and retries."""
    for match in rule.at("matches"):
        yield from http_match_problems(match)
    yield from filters_problems(rule.at("filters"))
    yield from _prefix_problems(rule, rule.at("filters"))
    for backend in rule.at("backendRefs"):
        yield from filters_problems(backend.at("filters"), of_backend=True)
    yield from route_backend_problems(rule)
    redirects = [one.at("requestRedirect") for one in rule.at("filters") if one.has("requestRedirect")]
    if not redirects:
        yield from without_backends_problems(rule, "status 500")
    elif rule.at("backendRefs").items:
        yield rule.at("backendRefs").problem(
            "cannot be together with the filter RequestRedirect, which answers by itself", "Remove one of the two"
        )
    yield from timeouts_problems(rule.at("timeouts"))
    yield from retry_problems(rule.at("retry"))
    yield from session_problems(rule.at("sessionPersistence"))


def http_match_problems(match: Node) -> Iterator[Problem]:
    """One match: path, headers and query parameters."""
    yield from path_match_problems(match.at("path"))
    yield from named_problems(match.at("headers"), "header")
    yield from named_problems(match.at("queryParams"), "query parameter")
    for condition in [*match.at("headers"), *match.at("queryParams")]:
        if condition.at("type").text == "RegularExpression":
            yield from regex_problems(condition.at("value"))


def path_match_problems(path: Node) -> Iterator[Problem]:
    """A path to compare with: absolute and in its plain form, or a regular expression.

    Source: the rules of HTTPPathMatch in the CRD of Gateway API 1.4.
    """
    value, kind = path.at("value"), path.at("type").text or "PathPrefix"
    text = value.text
    if kind == "RegularExpression":
        yield from regex_problems(value)
    if text is None or kind not in ("Exact", "PathPrefix"):
        return
    inside = next((part for part in _NOT_IN_PATHS if part in text), None)
    end = next((part for part in _NOT_AT_END if text.endswith(part)), None)
    if not text.startswith("/"):
        yield value.problem(f"{shown(text)} is not an absolute path", "Begin it with '/'")
    elif inside:
        yield value.problem(
            f"{shown(text)} has '{inside}' in it, which no request has after its path is made plain", "Remove it"
        )
    elif end:
        yield value.problem(f"{shown(text)} ends with '{end}'", "Write the path that is meant")
    elif not _PATH_CHARACTERS.fullmatch(text):
        yield value.problem(f"{shown(text)} has signs that a path cannot have", "Write them as %XX")


def timeouts_problems(timeouts: Node) -> Iterator[Problem]:
    """A timeout of one try that is not longer than that of the whole request; a request of 0s has none."""
    request, backend = timeouts.at("request"), timeouts.at("backendRequest")
    whole, single = go_seconds(request.text or ""), go_seconds(backend.text or "")
    if whole and single is not None and single > whole:
        yield backend.problem(f"'{backend.text}' is longer than request ('{request.text}')", "Make it the shorter one")


def retry_problems(retry: Node) -> Iterator[Problem]:
    """Retries: not fewer than none (a rule of this project: the CRD has no bound).

    Source: convertHTTPRoute of Istio's pilot/pkg/config/kube/gateway/conversion.go, which passes the number on.
    """
    attempts = retry.at("attempts")
    if attempts.whole is not None and attempts.whole < 0:
        yield attempts.problem(f"{attempts.whole} is below 0 (a rule of this project)", "Use 0 for no retries, or more")


def _prefix_problems(rule: Node, filters: Node) -> Iterator[Problem]:
    """A prefix that is to be replaced, where there is not exactly one prefix."""
    matches = rule.at("matches")
    single = matches.items[0] if len(matches.items) == 1 else None
    prefixed = not matches.given or (single and (single.at("path", "type").text or "PathPrefix") == "PathPrefix")
    if prefixed:
        return
    for one in filters:
        for field in ("requestRedirect", "urlRewrite"):
            replaced = one.at(field, "path", "replacePrefixMatch")
            if replaced.given:
                yield replaced.problem(
                    "needs exactly one match in the rule, with a path of the type PathPrefix, to know what is replaced",
                    "Split the rule, or use `type: ReplaceFullPath`",
                )
