"""What RequestAuthentications make of a token."""

from collections.abc import Sequence
from dataclasses import dataclass, field

from components.kinds.node import Node
from components.traffic.simulation.mesh_object import MeshObject, stack_path
from components.traffic.simulation.request import Request
from components.traffic.simulation.security.asked import Claims

UNAUTHORIZED, FORBIDDEN = 401, 403


@dataclass(frozen=True, kw_only=True)
class Token:
    """A token behind the filter that checks it."""

    claims: Claims | None
    """What policies get to know of it; None without one, or where nothing checks tokens."""
    passed_on: Claims | None
    """The token as the next proxy gets it; None where it is taken away."""
    request: Request
    """The request with the headers that claims are written to."""
    said: str | None = None
    policy: str | None = None
    path: str | None = None
    status: int | None = None
    """The answer when the token is refused."""
    notes: tuple[str, ...] = field(default_factory=tuple[str, ...])


def checked(policies: Sequence[MeshObject], claims: Claims | None, request: Request) -> Token:
    """What becomes of a token at workloads with these RequestAuthentications.

    A request without a token passes. Envoy tells a wrong audience (403) from an unknown issuer (401). Source:
    convertToEnvoyJwtConfig in pilot/pkg/security/authn/policy_applier.go of Istio 1.29.
    """
    rules = [(policy, rule) for policy in policies for rule in policy.spec.at("jwtRules")]
    if not rules:
        return Token(claims=None, passed_on=claims, request=request)
    request = _without_own_headers(request, [rule for _, rule in rules])
    if claims is None:
        return Token(claims=None, passed_on=None, request=request, said="no token")
    issuer = str(claims.get("iss", ""))
    known = [(policy, rule) for policy, rule in rules if (rule.at("issuer").text or issuer) == issuer]
    for policy, rule in known:
        if _for_audience(rule, claims):
            kept = claims if rule.at("forwardOriginalToken").flag else None
            return Token(
                claims=claims,
                passed_on=kept,
                request=_with_claims(request, rule, claims),
                said=f"accepted from '{issuer}'",
                policy=policy.shown,
                path=stack_path(rule),
                notes=tuple(_place_notes(rule)),
            )
    policy, rule = (known or rules)[0]
    told = "its audience (aud) is none that is accepted" if known else f"its issuer '{issuer}' is not configured"
    return Token(
        claims=None,
        passed_on=None,
        request=request,
        said=f"refused: {told}",
        policy=policy.shown,
        path=stack_path(rule),
        status=FORBIDDEN if known else UNAUTHORIZED,
    )


def _for_audience(rule: Node, claims: Claims) -> bool:
    wanted = rule.at("audiences").texts
    given = claims.get("aud", [])
    audiences: list[object] = list(given) if isinstance(given, list | tuple) else [given]  # pyright: ignore[reportUnknownArgumentType]
    return not wanted or any(one in wanted for one in audiences)


def _without_own_headers(request: Request, rules: list[Node]) -> Request:
    """The request without the headers that only a checked token may fill."""
    own = {(one.at("header").text or "").lower() for rule in rules for one in rule.at("outputClaimToHeaders")}
    own |= {(rule.at("outputPayloadToHeader").text or "").lower() for rule in rules}
    return request.with_headers({name: value for name, value in request.headers.items() if name not in own})


def _with_claims(request: Request, rule: Node, claims: Claims) -> Request:
    headers = dict(request.headers)
    for one in rule.at("outputClaimToHeaders"):
        value = claims.get(one.at("claim").text or "")
        if isinstance(value, str):
            headers[(one.at("header").text or "").lower()] = value
    return request.with_headers(headers)


def _place_notes(rule: Node) -> list[str]:
    """Where the token has to be sent, when it is not the Authorization header."""
    places = [f"the header {one.at('name').text}" for one in rule.at("fromHeaders")]
    places += [f"the parameter {one}" for one in rule.at("fromParams").texts]
    places += [f"the cookie {one}" for one in rule.at("fromCookies").texts]
    return [f"the token is looked for in {' and '.join(places)} only"] if places else []
