"""Checks of what an HTTP route matches.

Source: validateHTTPRouteMatchRequest in pkg/config/validation/virtualservice.go, and validateStringMatch,
validateGatewayNames and ValidateHTTPHeaderNameOrJwtClaimRoute in pkg/config/validation/validation.go.
"""

import re
from collections.abc import Iterator

from components.kinds.node import Node
from components.settings.problems import Problem
from components.settings.wording import shown
from components.traffic.checks.values import (
    host_problems,
    is_dns_label,
    is_header_name,
    labels_problems,
    port_problems,
    regex_problems,
)

MESH_GATEWAY = "mesh"
"""The name that stands for all sidecars among `gateways`."""

_PSEUDO_HEADERS = (":method", ":scheme", ":authority", ":path", ":status")
_CLAIMS = "@request.auth.claims"
_STRING_FIELDS = ("scheme", "method", "authority")


def match_problems(match: Node) -> Iterator[Problem]:
    """One HTTPMatchRequest: its conditions can be fulfilled, and Envoy reads them."""
    yield from string_match_problems(match.at("uri"), empty_prefix=True)
    for field in _STRING_FIELDS:
        yield from string_match_problems(match.at(field))
    for field in ("headers", "withoutHeaders"):
        yield from _header_problems(match.at(field))
    for _, one in match.at("queryParams").entries:
        yield from string_match_problems(one)
    yield from _method_problems(match.at("method"))
    yield from source_problems(match)


def source_problems(match: Node) -> Iterator[Problem]:
    """What matches of HTTP, TLS and TCP say alike: port, labels and namespace of the source, gateways."""
    if match.at("port").whole != 0:  # The value of a port that is not given.
        yield from port_problems(match.at("port"))
    yield from labels_problems(match.at("sourceLabels"))
    namespace = match.at("sourceNamespace")
    if namespace.text and not is_dns_label(namespace.text):
        yield namespace.problem(
            f"{shown(namespace.text)} is no name of a namespace", "Use letters, digits and '-', at most 63"
        )
    yield from gateway_name_problems(match.at("gateways"))
    yield from _ignored_source_problems(match)


def _ignored_source_problems(match: Node) -> Iterator[Problem]:
    """Istio looks at the source only where no gateways are named (sourceMatchHTTP in core/route/route.go)."""
    gateways = match.at("gateways").texts
    for field in ("sourceLabels", "sourceNamespace"):
        node = match.at(field)
        if gateways and node.value:
            yield node.problem(
                "has no effect beside 'gateways', which Istio takes alone (a rule of this project)",
                f"Remove {field} or gateways",
            )


def string_match_problems(match: Node, *, empty_prefix: bool = False) -> Iterator[Problem]:
    """A StringMatch: one word, a prefix that is not empty (unless `empty_prefix`), a regex that RE2 reads."""
    words = [word for word in ("exact", "prefix", "regex") if match.has(word)]
    if len(words) > 1:
        yield match.problem(f"has {' and '.join(words)}, of which one is possible", f"Keep {words[0]} alone")
    if match.at("prefix").text == "" and not empty_prefix:
        yield match.at("prefix").problem("an empty prefix is refused by Istio", "Write one, or remove the condition")
    yield from regex_problems(match.at("regex"))


def _header_problems(headers: Node) -> Iterator[Problem]:
    for name, one in headers.entries:
        if not name:
            yield one.problem("the name of a header is empty", "Name the header")
        elif not is_claim(name) and name not in _PSEUDO_HEADERS and not is_header_name(name):
            yield one.problem(
                f"{shown(name)} is no name of a header: letters, digits and !#$%&'*+-.^_`|~",
                "For example: 'x-request-id'",
            )
        any_value = headers.path[-1] == "withoutHeaders" and one.at("regex").text == "*"
        if not any_value:  # Istio reads the regex '*' there as "whatever its value".
            yield from string_match_problems(one)


def _method_problems(method: Node) -> Iterator[Problem]:
    """HTTP methods are case-sensitive (RFC 9110, 9.1), and all that are in use are in capital letters."""
    text = method.at("exact").text
    if text and text != text.upper():
        yield method.at("exact").problem(
            f"{shown(text)} matches no request: methods are compared with their case (a rule of this project)",
            f"Write '{text.upper()}'",
        )


def is_claim(name: str) -> bool:
    """Whether a header of a match is a claim of a JSON web token (ToRoutingClaim in pkg/jwt/routing.go)."""
    if not name.lower().startswith(_CLAIMS):
        return False
    rest = name[len(_CLAIMS) :]
    return re.fullmatch(r"\..+|\[.+\]", rest, re.DOTALL) is not None


def gateway_name_problems(gateways: Node) -> Iterator[Problem]:
    """Names of gateways: `mesh`, `name` or `namespace/name`."""
    for one in gateways:
        if one.text is None:
            continue
        namespace, slash, name = one.text.partition("/")
        if not slash:
            if list(host_problems(one)):
                yield one.problem(f"{shown(one.text)} is no name of a gateway", "Write 'namespace/name' or 'mesh'")
            elif "." in one.text:
                first, second = one.text.split(".")[:2]
                yield one.problem(
                    f"{shown(one.text)} is the legacy way to name a gateway (a rule of this project)",
                    f"Write '{second}/{first}'",
                )
        elif not is_dns_label(namespace) or not is_dns_label(name):
            yield one.problem(f"{shown(one.text)} is not 'namespace/name'", "For example: 'istio-ingress/public'")
