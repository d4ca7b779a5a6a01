"""Filters, timeouts and retries of the Gateway API in the fields of a VirtualService.

Source: the functions create...Filter and convertHTTPRoute in pilot/pkg/config/kube/gateway/conversion.go of Istio 1.29.
"""

from collections.abc import Callable

from components.kinds.node import Node
from components.services.http_route import IMPLIED_RETRY_CONDITIONS

PREFIX_REDIRECT = "%PREFIX()%"
"""How istiod marks a redirect that replaces the prefix that matched."""


def filter_fields(filters: Node, backend: Callable[[Node], dict[str, object]]) -> dict[str, object]:
    """What filters mean, in the fields of an HTTPRoute of a VirtualService."""
    fields: dict[str, object] = {}
    headers: dict[str, object] = {}
    mirrors: list[dict[str, object]] = []
    for one in filters:
        match one.at("type").text:
            case "RequestHeaderModifier":
                headers["request"] = _changes(one.at("requestHeaderModifier"))
            case "ResponseHeaderModifier":
                headers["response"] = _changes(one.at("responseHeaderModifier"))
            case "RequestRedirect":
                fields["redirect"] = _redirect(one.at("requestRedirect"))
            case "URLRewrite":
                fields["rewrite"] = _rewrite(one.at("urlRewrite"))
            case "RequestMirror":
                mirrors.append(_mirror(one.at("requestMirror"), backend))
            case "CORS":
                fields["corsPolicy"] = _cors(one.at("cors"))
            case _:
                """Istio knows no other filters, and refuses the route in its status."""
    return fields | ({"headers": headers} if headers else {}) | ({"mirrors": mirrors} if mirrors else {})


def request_policies(rule: Node) -> dict[str, object]:
    """Timeouts and retries of a rule. Without retries, the shorter of the two timeouts has no other place."""
    fields: dict[str, object] = {}
    retry, timeouts = rule.at("retry"), rule.at("timeouts")
    if request := _duration(timeouts.at("request")):
        fields["timeout"] = request
    each = _duration(timeouts.at("backendRequest"))
    if retry.given:
        attempts = retry.at("attempts").whole
        codes = [str(one.whole) for one in retry.at("codes")]
        fields["retries"] = {
            "attempts": 2 if attempts is None else attempts,
            **({} if attempts == 0 else {"retryOn": ",".join([*IMPLIED_RETRY_CONDITIONS, *codes])}),
            **({"backoff": retry.at("backoff").text} if retry.has("backoff") else {}),
            **({"perTryTimeout": each} if each else {}),
        }
    elif each:
        fields["timeout"] = each
    return fields


def _duration(node: Node) -> str | None:
    return node.text if node.text and node.text.strip("0smh") else None


def _changes(modifier: Node) -> dict[str, object]:
    written: dict[str, object] = {
        key: {entry.at("name").text or "": entry.at("value").text for entry in modifier.at(key)}
        for key in ("set", "add")
    }
    written["remove"] = modifier.at("remove").texts
    return {key: value for key, value in written.items() if value}


def _redirect(redirect: Node) -> dict[str, object]:
    scheme, port = redirect.at("scheme").text, redirect.at("port").whole
    path = redirect.at("path")
    # The CRD's default is 302; a VirtualService's is 301.
    fields: dict[str, object] = {"redirectCode": redirect.at("statusCode").whole or 302}
    fields |= {"scheme": scheme} if scheme else {}
    fields |= {"authority": redirect.at("hostname").text} if redirect.has("hostname") else {}
    if port:
        fields["port"] = port
    else:
        fields["derivePort"] = "FROM_PROTOCOL_DEFAULT" if scheme else "FROM_REQUEST_PORT"
    if path.at("type").text == "ReplaceFullPath":
        fields["uri"] = path.at("replaceFullPath").text or ""
    elif path.at("type").text == "ReplacePrefixMatch":
        fields["uri"] = PREFIX_REDIRECT + (path.at("replacePrefixMatch").text or "")
    return fields


def _rewrite(rewrite: Node) -> dict[str, object]:
    fields: dict[str, object] = {}
    path = rewrite.at("path")
    if path.at("type").text == "ReplacePrefixMatch":
        fields["uri"] = (path.at("replacePrefixMatch").text or "").removesuffix("/") or "/"
    elif path.at("type").text == "ReplaceFullPath":
        fields["uriRegexRewrite"] = {"match": "/.*", "rewrite": path.at("replaceFullPath").text or ""}
    return fields | ({"authority": rewrite.at("hostname").text} if rewrite.has("hostname") else {})


def _mirror(mirror: Node, backend: Callable[[Node], dict[str, object]]) -> dict[str, object]:
    fraction, percent = mirror.at("fraction"), mirror.at("percent").number
    if fraction.given:
        percent = 100 * (fraction.at("numerator").number or 0) / (fraction.at("denominator").number or 100)
    fields: dict[str, object] = {"destination": backend(mirror.at("backendRef"))}
    if percent is not None:
        fields["percentage"] = {"value": percent}
    return fields


def _cors(cors: Node) -> dict[str, object]:
    """Origins may have a '*', which istiod writes as a regular expression."""
    fields: dict[str, object] = {
        key: cors.at(key).value for key in ("allowMethods", "allowHeaders", "exposeHeaders", "allowCredentials")
    }
    fields["allowOrigins"] = [_origin(one) for one in cors.at("allowOrigins").texts]
    seconds = cors.at("maxAge").whole
    fields["maxAge"] = None if seconds is None else f"{seconds}s"
    return {key: value for key, value in fields.items() if value is not None}


def _origin(text: str) -> dict[str, str]:
    return {"regex": text.replace(".", r"\.").replace("*", ".*")} if "*" in text else {"exact": text}
