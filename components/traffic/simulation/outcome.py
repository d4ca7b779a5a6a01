"""What a route does with a request: answer, redirect, or change it and send it on.

Source: TranslateRoute, ApplyRedirect and applyHTTPRouteDestination in pilot/pkg/networking/core/route/route.go of
Istio 1.29, and RedirectAction and RouteAction of Envoy's route configuration.
"""

import re

from components.kinds.node import Node
from components.traffic.simulation.destinations import Caller, destinations, mirrors
from components.traffic.simulation.http_filters import PREFIX_REDIRECT
from components.traffic.simulation.matching import text_mismatch
from components.traffic.simulation.mesh_object import mapping
from components.traffic.simulation.paths import PathAndQuery, prefix_rewritten, regex_rewritten
from components.traffic.simulation.request import DEFAULT_PORTS, Request, without_port
from components.traffic.simulation.results import Action, Answer, Destination, Outcome
from components.traffic.simulation.routes import Entry, Rule

_KEPT = ("timeout", "retries", "fault", "headers", "corsPolicy")
ISTIOS_RETRIES: dict[str, object] = {
    "attempts": 2,
    "retryOn": "connect-failure,refused-stream,unavailable,cancelled,retriable-status-codes",
}
"""What holds where nothing is said (pilot/pkg/networking/core/route/retry/retry.go of Istio 1.29)."""


def act(entry: Entry, request: Request, caller: Caller, *, tls: bool) -> Action:
    """What the rule of an entry does with a request that it takes; `tls` is for the port at which it came.

    Raises:
        UnknownRegexError: a regular expression cannot be run here.
    """
    spec = entry.rule.spec
    if early := _before_the_route(spec, request):
        return Action(outcome=Outcome.ANSWERED, answer=early, policies=_policies(entry.rule, caller))
    if spec.has("redirect"):
        redirect = spec.at("redirect")
        answer = Answer(
            status=redirect.at("redirectCode").whole or 301, location=_location(entry, request, caller.port, tls)
        )
        return Action(outcome=Outcome.REDIRECTED, answer=answer)
    if spec.has("directResponse"):
        body = spec.at("directResponse", "body", "string").text
        status = spec.at("directResponse", "status").whole or 200
        return Action(outcome=Outcome.ANSWERED, answer=Answer(status=status, body=body))
    path, authority = _rewritten(entry, request)
    found = destinations(entry.rule, caller)
    return Action(
        outcome=Outcome.FORWARDED,
        destinations=found,
        path=path,
        authority=authority,
        policies=_policies(entry.rule, caller),
        notes=tuple(_unknown_hosts(found, caller)),
    )


def _unknown_hosts(found: tuple[Destination, ...], caller: Caller) -> list[str]:
    unknown = dict.fromkeys(one.host for one in found if one.host and one.host not in caller.stack.services)
    return [f"nothing in the stack declares {host}: it has to be in the cluster" for host in unknown]


def _before_the_route(spec: Node, request: Request) -> Answer | None:
    """The answers of filters that come before the router: CORS, then faults."""
    origin = request.headers.get("origin")
    asks = request.method == "OPTIONS" and "access-control-request-method" in request.headers
    allowed = spec.at("corsPolicy", "allowOrigins")
    if asks and origin is not None and any(text_mismatch(one, origin) is None for one in allowed):
        return Answer(status=200)
    abort = spec.at("fault", "abort")
    status = abort.at("httpStatus").whole
    if status and (abort.at("percentage", "value").number or 0) >= 100:
        return Answer(status=status, body="fault filter abort")
    return None


def _policies(rule: Rule, caller: Caller) -> dict[str, object]:
    found = {key: rule.spec.at(key).value for key in _KEPT if rule.spec.has(key)}
    found.setdefault("retries", mapping(caller.stack.default_retries) or ISTIOS_RETRIES)
    if copies := mirrors(rule, caller):
        found["mirrors"] = copies
    return found


def _rewritten(entry: Entry, request: Request) -> tuple[str, str]:
    rule, path = entry.rule, request.path
    rewrite = rule.spec.at("rewrite")
    authority = rewrite.at("authority").text or _set_authority(rule.spec) or request.authority
    regex, uri = rewrite.at("uriRegexRewrite"), rewrite.at("uri").text
    if regex.given:
        path = regex_rewritten(path, regex.at("match").text or "", regex.at("rewrite").text or "")
    elif uri and rule.gateway_api and uri == "/":
        # istiod takes the prefix away by an expression, so that no '//' is left.
        path = regex_rewritten(path, f"^{re.escape(_separated_prefix(entry))}(/?)(.*)", r"/\2")
    elif uri:
        path = prefix_rewritten(path, _matched_length(entry, path), uri)
    return path, authority


def _set_authority(spec: Node) -> str | None:
    """A Host header that is set or added is a rewrite of the host."""
    for verb in ("set", "add"):
        for name, value in spec.at("headers", "request", verb).entries:
            if name.lower() in ("host", ":authority"):
                return value.text
    return None


def _separated_prefix(entry: Entry) -> str:
    """The prefix of whole segments by which Envoy matches; none for '/', and for other kinds of matches."""
    prefix = entry.match.at("uri", "prefix").text if entry.match else None
    return prefix.removesuffix("/") if prefix and prefix != "/" else ""


def _matched_length(entry: Entry, path: str) -> int:
    """How much of the path a rewrite replaces: the prefix that matched; else all of it."""
    uri = entry.match.at("uri") if entry.match else Node({"prefix": "/"}, ())
    if uri.has("exact") or uri.has("regex"):
        return len(PathAndQuery.of(path).path)
    prefix = uri.at("prefix").text or "/"
    return len(prefix.removesuffix("/") if entry.rule.gateway_api and prefix != "/" else prefix)


def _location(entry: Entry, request: Request, port: int, tls: bool) -> str:
    redirect = entry.rule.spec.at("redirect")
    scheme = redirect.at("scheme").text or request.scheme
    wanted = redirect.at("port").whole or 0
    if redirect.at("derivePort").text == "FROM_REQUEST_PORT":
        wanted = port
    if wanted == DEFAULT_PORTS.get(redirect.at("scheme").text or ("https" if tls else "http")):
        wanted = 0
    host = redirect.at("authority").text or _host_of(request, scheme, bool(wanted))
    return f"{scheme}://{host}{f':{wanted}' if wanted else ''}{_redirect_path(entry, request)}"


def _host_of(request: Request, scheme: str, other_port: bool) -> str:
    """The host that was asked for.

    Its port goes where another one comes, or where it is the usual one of a scheme that changes.
    """
    usual = request.authority.endswith(f":{DEFAULT_PORTS[request.scheme]}")
    if other_port or (scheme != request.scheme and usual):
        return without_port(request.authority)
    return request.authority


def _redirect_path(entry: Entry, request: Request) -> str:
    uri = entry.rule.spec.at("redirect", "uri").text
    if not uri:
        return request.path
    if entry.rule.gateway_api and uri.startswith(PREFIX_REDIRECT):
        return prefix_rewritten(request.path, _matched_length(entry, request.path), uri.removeprefix(PREFIX_REDIRECT))
    # A query of the redirect's own takes the place of the one that was sent.
    return uri if "?" in uri else uri + PathAndQuery.of(request.path).query
