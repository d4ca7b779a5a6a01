"""Checks of RequestAuthentication."""

import re
from collections.abc import Iterator
from ipaddress import ip_address
from urllib.parse import SplitResult, urlsplit

from components.kinds.node import Node
from components.kinds.resource import Resource
from components.security.checks.jwks import jwks_problems
from components.settings.problems import Problem
from components.settings.wording import shown
from components.traffic.checks.durations import duration_problems
from components.traffic.checks.policy_targets import policy_target_problems
from components.traffic.checks.values import is_header_name

_EXAMPLE = "For example: 'https://issuer.example.com/.well-known/jwks.json'"
_BROKEN = re.compile(r"[\x00-\x1f\x7f]|%(?![0-9A-Fa-f]{2})")
_SCHEMES = ("https://", "http://")
_LOCAL = ("localhost", "localhost.localdomain")


def request_authentication_problems(resource: Resource) -> Iterator[Problem]:
    """A RequestAuthentication that Istio refuses, or whose rules can let no token pass.

    Source: ValidateRequestAuthentication of Istio's pkg/config/validation/validation.go.
    """
    spec = resource.spec
    yield from policy_target_problems(spec)
    if spec.has("targetRefs") and not spec.at("targetRefs").items:
        yield spec.at("targetRefs").problem(
            "is empty, so that tokens are checked at all workloads of the namespace (a rule of this project)",
            "Name what it is for, or remove the key",
        )
    for rule in spec.at("jwtRules"):
        yield from jwt_rule_problems(rule)


def jwt_rule_problems(rule: Node) -> Iterator[Problem]:
    """One rule: whose tokens, with which keys, found where.

    Source: validateJwtRule of Istio's pkg/config/validation/validation.go.
    """
    uri, issuer = _uri(rule), rule.at("issuer")
    if not issuer.text and not uri.text:
        yield issuer.problem("neither issuer nor jwksUri is there, of which one is required", "Add the issuer")
    elif not uri.text and not rule.at("jwks").text:
        yield from _discovery_problems(issuer)
    yield from uri_problems(uri)
    yield from jwks_problems(rule.at("jwks"))
    yield from duration_problems(rule.at("timeout"))
    yield from _place_problems(rule)


def fetched_from(rule: Node) -> str | None:
    """The address at which istiod asks for the keys of a rule; None where they are written down, or it is no URL.

    Without an address of keys it asks the issuer for one. Source: BuildLocalJwks and resolveJwksURIUsingOpenID of
    Istio's pilot/pkg/model/jwks_resolver.go.
    """
    if rule.at("jwks").text:
        return None
    address = _uri(rule).text or rule.at("issuer").text or ""
    return address if address.startswith(_SCHEMES) else None


def _uri(rule: Node) -> Node:
    """Where the keys are, in either of the spellings that the CRD takes."""
    return rule.at("jwksUri") if rule.has("jwksUri") else rule.at("jwks_uri")


def _discovery_problems(issuer: Node) -> Iterator[Problem]:
    """Without keys, istiod asks the issuer for them (resolveJwksURIUsingOpenID in pilot/pkg/model/jwks_resolver.go)."""
    if not (issuer.text or "").startswith(_SCHEMES):
        yield issuer.problem(
            f"{shown(issuer.text)} is no URL, so that its keys cannot be found by OpenID Connect and every token is "
            "refused (a rule of this project)",
            "Add jwksUri or jwks",
        )


def uri_problems(uri: Node) -> Iterator[Problem]:
    """Where keys come from: http or https, and no address that istiod must not be sent to.

    Source: ParseJwksURI of Istio's pkg/config/security/security.go, and the rules of the CRD. That private addresses
    are refused is a rule of this project; istiod itself refuses those of BLOCKED_CIDRS_IN_JWKS_URIS.
    """
    text = uri.text
    if text is None:
        return
    split = _split(text)
    if split is None or split.scheme not in ("http", "https"):
        yield uri.problem(f"{shown(text)} is no URL of http:// or https://", _EXAMPLE)
    elif " " in text:
        yield uri.problem(f"{shown(text)} has a space (a rule of this project)", "Write it as %20")
    elif not split.hostname:
        yield uri.problem(f"{shown(text)} has no host (a rule of this project)", _EXAMPLE)
    elif "@" in split.netloc:
        yield uri.problem("has a user or a password (a rule of this project)", "Leave out what is before the '@'")
    elif _is_private(split.hostname):
        yield uri.problem(
            f"{shown(text)} leads istiod to an address of its own network (a rule of this project)",
            "Write the name of the host, or put the keys into `jwks`",
        )


def _split(text: str) -> SplitResult | None:
    if _BROKEN.search(text):
        return None
    try:
        split = urlsplit(text)
        _ = split.port
    except ValueError:
        return None
    return split


def _is_private(host: str) -> bool:
    if host.lower().rstrip(".") in _LOCAL:
        return True
    try:
        address = ip_address(host)
    except ValueError:
        return False
    return not address.is_global


def _place_problems(rule: Node) -> Iterator[Problem]:
    """Headers in which tokens are found, and to which their content goes. Envoy refuses other names than legal ones."""
    named = [one.at("name") for one in rule.at("fromHeaders")]
    named += [rule.at("outputPayloadToHeader"), *(one.at("header") for one in rule.at("outputClaimToHeaders"))]
    for one in named:
        if one.text and not is_header_name(one.text):
            yield one.problem(
                f"{shown(one.text)} is no name of a header: letters, digits and !#$%&'*+-.^_`|~ (a rule of this "
                "project)",
                "For example: 'x-jwt-assertion'",
            )
    seen: set[str] = set()
    for one in rule.at("outputClaimToHeaders"):
        header = (one.at("header").text or "").lower()
        if header in seen:
            yield one.at("header").problem(
                f"'{header}' has the value of another claim already (a rule of this project)", "Use a header for each"
            )
        seen.add(header)
