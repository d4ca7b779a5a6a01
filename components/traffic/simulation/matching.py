"""Whether a match of a VirtualService is for a request, and if not, why not."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import cast

from components.kinds.node import Node
from components.traffic.simulation.hosts import MESH, gateway_name
from components.traffic.simulation.paths import PathAndQuery, under
from components.traffic.simulation.regex import UnknownRegexError, full_match
from components.traffic.simulation.request import Request

_CLAIMS = "@request.auth.claims"


@dataclass(frozen=True, kw_only=True)
class Place:
    """Where routes are applied: in which proxy, for which of its ports."""

    gateways: frozenset[str]
    """The gateways that the proxy is, as NAMESPACE/NAME; 'mesh' for a sidecar."""
    port: int
    namespace: str
    """The namespace of the proxy's pod."""
    labels: Mapping[str, str] = field(default_factory=dict[str, str])
    """The labels of the proxy's pod."""


def left_out(match: Node, place: Place, namespace: str) -> str | None:
    """Why istiod does not give a match of a resource in `namespace` to a proxy; None when it does.

    With gateways of its own, a match says nothing about labels (sourceMatchHTTP in
    pilot/pkg/networking/core/route/route.go of Istio 1.29).
    """
    port = match.at("port").whole
    if port and port != place.port:
        return f"port: it is {place.port}, and has to be {port}"
    if gateways := [gateway_name(one, namespace) for one in match.at("gateways").texts]:
        if place.gateways.isdisjoint(gateways):
            here = "within the mesh" if MESH in place.gateways else f"at {', '.join(sorted(place.gateways))}"
            return f"gateways: the request is {here}, and has to be at {' or '.join(gateways)}"
        return None
    for name, value in match.at("sourceLabels").entries:
        if place.labels.get(name) != value.text:
            found = f"'{place.labels[name]}'" if name in place.labels else "not there"
            return f"sourceLabels: the caller's label {name} is {found}, and has to be '{value.text}'"
    source = match.at("sourceNamespace").text
    if source and source != place.namespace:
        return f"sourceNamespace: the caller is in '{place.namespace}', and has to be in '{source}'"
    return None


def mismatch(match: Node, request: Request, *, whole_segments: bool) -> str | None:
    """The first condition of a match that a request does not meet, in words; None when it meets all.

    `whole_segments` is how prefixes of paths are meant in the Gateway API. Source:
    istio.io/latest/docs/reference/config/networking/virtual-service, HTTPMatchRequest, and TranslateRouteMatch in
    pilot/pkg/networking/core/route/route.go of Istio 1.29.

    Raises:
        UnknownRegexError: a regular expression cannot be run here.
    """
    return next(_mismatches(match, request, whole_segments), None)


def _mismatches(match: Node, request: Request, whole_segments: bool) -> Iterator[str]:
    if reason := _uri(match, request, whole_segments):
        yield reason
    for field_name, value in (("method", request.method), ("authority", request.authority), ("scheme", request.scheme)):
        if match.has(field_name) and (reason := text_mismatch(match.at(field_name), value)):
            yield f"{field_name}: {reason}"
    for name, wanted in match.at("headers").entries:
        if reason := _header(name, wanted, request):
            yield f"header {name}: {reason}"
    for name, unwanted in match.at("withoutHeaders").entries:
        if reason := _without(name, unwanted, request):
            yield f"withoutHeaders {name}: {reason}"
    sent = _query_params(request)
    for name, wanted in match.at("queryParams").entries:
        if reason := _optional(wanted, sent.get(name)):
            yield f"queryParams {name}: {reason}"


def text_mismatch(wanted: Node, value: str) -> str | None:
    """Why a text is not as a StringMatch wants it; None when it is."""
    exact, prefix, regex = (wanted.at(word).text for word in ("exact", "prefix", "regex"))
    if exact is not None:
        return None if value == exact else f"'{value}' is not '{exact}'"
    if prefix is not None:
        return None if value.startswith(prefix) else f"'{value}' does not begin with '{prefix}'"
    if regex is not None and regex != "*":
        return None if _fits(regex, value) else f"'{value}' as a whole is not like '{regex}'"
    return None


def _uri(match: Node, request: Request, whole_segments: bool) -> str | None:
    uri = match.at("uri")
    path = PathAndQuery.of(request.path).path
    exact, prefix, regex = (uri.at(word).text for word in ("exact", "prefix", "regex"))
    if regex is not None:
        return None if _fits(regex, path) else f"uri: '{path}' as a whole is not like '{regex}'"
    fold = bool(match.at("ignoreUriCase").flag)
    have = path.lower() if fold else path
    case = ", whatever the case" if fold else ""
    if exact is not None:
        return None if have == (exact.lower() if fold else exact) else f"uri: '{path}' is not '{exact}'{case}"
    if prefix is None:
        return None
    want = prefix.lower() if fold else prefix
    if whole_segments and want != "/":
        stem = want.removesuffix("/")
        return None if under(have, stem) else f"uri: '{path}' is not '{stem}' or below it{case}"
    return None if have.startswith(want) else f"uri: '{path}' does not begin with '{prefix}'{case}"


def _header(name: str, wanted: Node, request: Request) -> str | None:
    if _is_claim(name):
        return _claim(name, wanted, request)
    return _optional(wanted, header_value(request, name))


def _without(name: str, unwanted: Node, request: Request) -> str | None:
    """Inverted: what is not sent is compared as an empty text, unless the header only must not be there."""
    if _is_claim(name):
        return "the token has such a claim" if _claim(name, unwanted, request) is None else None
    value = header_value(request, name)
    if not _compares(unwanted):
        return None if value is None else f"it is sent, as '{value}'"
    if text_mismatch(unwanted, value or "") is None:
        return f"it is '{value}'" if value is not None else "not sent, which counts as empty"
    return None


def _is_claim(name: str) -> bool:
    return name.lower().startswith(_CLAIMS)


def _claim(name: str, wanted: Node, request: Request) -> str | None:
    """A claim, or one within another, a text or a list of texts (ToRoutingClaim in pkg/jwt/routing.go of Istio)."""
    rest = name[len(_CLAIMS) :]
    if request.claims is None:
        return "there is no token that is checked here (--claim gives one)"
    found = cast("object", request.claims)
    for one in rest[1:].split(".") if rest.startswith(".") else rest[1:-1].split("]["):
        found = cast("Mapping[str, object]", found).get(one) if isinstance(found, Mapping) else None
    values = cast("list[object]", found) if isinstance(found, list) else [found]
    if any(isinstance(value, str) and text_mismatch(wanted, value) is None for value in values):
        return None
    return f"the claim is not {_condition(wanted)}"


def _optional(wanted: Node, value: str | None) -> str | None:
    if value is None:
        return f"not sent, and has to be {_condition(wanted)}"
    return text_mismatch(wanted, value)


def header_value(request: Request, name: str) -> str | None:
    """The value of a header, also of those of HTTP/2 that stand for parts of the request; None when it is not sent."""
    parts = {
        ":method": request.method,
        ":authority": request.authority,
        ":scheme": request.scheme,
        ":path": request.path,
    }
    return (parts | {"host": request.authority} | dict(request.headers)).get(name.lower())


def _compares(wanted: Node) -> bool:
    """Whether a match is about the value, and not only about its being there; '*' is Istio's word for that."""
    return any(wanted.has(word) for word in ("exact", "prefix", "regex")) and wanted.at("regex").text != "*"


def _condition(wanted: Node) -> str:
    for word, sentence in (("exact", "'{}'"), ("prefix", "something that begins with '{}'"), ("regex", "like '{}'")):
        if (text := wanted.at(word).text) is not None and (word, text) != ("regex", "*"):
            return sentence.format(text)
    return "there"


def _query_params(request: Request) -> dict[str, str]:
    """The first value of each parameter as it is sent: Envoy does not decode them for matching."""
    found: dict[str, str] = {}
    for part in PathAndQuery.of(request.path).query.removeprefix("?").split("&"):
        name, _, value = part.partition("=")
        if name:
            found.setdefault(name, value)
    return found


def _fits(regex: str, value: str) -> bool:
    try:
        return full_match(regex, value)
    except UnknownRegexError:
        raise UnknownRegexError(
            f"the regular expression '{regex}' is one of RE2 that cannot be run here, so what it decides is unknown"
        ) from None
