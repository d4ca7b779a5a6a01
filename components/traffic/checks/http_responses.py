"""Checks of redirects, rewrites and answers that a route gives itself.

Source: validateHTTPRedirect, validateHTTPRewrite and validateHTTPDirectResponse in
pkg/config/validation/validation.go.
"""

from collections.abc import Iterator

from components.kinds.node import Node
from components.settings.problems import Problem
from components.settings.wording import shown
from components.traffic.checks.http_policies import http_status_problems
from components.traffic.checks.values import port_problems, regex_problems

REDIRECT_CODES = (301, 302, 303, 307, 308)
"""The codes that Istio turns into Envoy's (ApplyRedirect in pilot/pkg/networking/core/route/route.go)."""
_LONGEST_BODY = 1024 * 1024
"""Bytes of a body that Istio accepts."""


def redirect_problems(redirect: Node) -> Iterator[Problem]:
    """An HTTPRedirect: where to, and with which code."""
    if not redirect.given:
        return
    changed = [redirect.at(field) for field in ("uri", "authority", "scheme", "port", "derivePort")]
    if all(one.value in (None, "") for one in changed):
        yield redirect.problem("does not say where to", "Add uri, authority, port, derivePort or scheme")
    code = redirect.at("redirectCode")
    if code.whole and code.whole not in REDIRECT_CODES:
        own = " that Istio makes (a rule of this project)" if 300 <= code.whole <= 399 else ""
        yield code.problem(f"{code.whole} is no code for a redirect{own}", "Use 301, 302, 303, 307 or 308")
    scheme = redirect.at("scheme")
    if scheme.text and scheme.text not in {"http", "https"}:
        yield scheme.problem(f"{shown(scheme.text)} is no scheme for a redirect", "Use 'http' or 'https'")
    if redirect.has("port") and redirect.has("derivePort"):
        yield redirect.at("derivePort").problem("cannot stand beside 'port'", "Keep one of them")
    yield from port_problems(redirect.at("port"))


def rewrite_problems(rewrite: Node) -> Iterator[Problem]:
    """An HTTPRewrite: the URI in one of its two ways, the authority, or both."""
    if not rewrite.given:
        return
    regex = rewrite.at("uriRegexRewrite")
    if rewrite.at("uri").text and regex.given:
        yield regex.problem("cannot stand beside 'uri'", "Keep one of them")
    if not rewrite.at("uri").text and not regex.given and not rewrite.at("authority").text:
        yield rewrite.problem("does not say what to rewrite", "Add uri, uriRegexRewrite or authority")
    if regex.given and not (regex.at("match").text and regex.at("rewrite").text):
        yield regex.problem("needs both 'match' and 'rewrite'", "Add the one that is missing")
    elif regex.given:
        yield from regex_problems(regex.at("match"))


def direct_response_problems(response: Node) -> Iterator[Problem]:
    """An HTTPDirectResponse: a status, and a body that is not too large."""
    if not response.given:
        return
    yield from http_status_problems(response.at("status"))
    body = response.at("body")
    if body.has("string") and body.has("bytes"):
        yield body.problem("has string and bytes, of which one is possible", "Keep one of them")
    text = body.at("string").text
    if text is not None and len(text.encode()) > _LONGEST_BODY:
        yield body.at("string").problem(
            f"a body of {len(text.encode())} bytes is larger than {_LONGEST_BODY}, the most that Istio accepts",
            "Serve it by a workload",
        )
