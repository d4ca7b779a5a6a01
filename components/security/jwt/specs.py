"""RequestAuthentications, and the policies that refuse requests without a token."""

import json
from collections.abc import Iterator, Mapping

from components.security.authorization.documents import policy
from components.security.authorization.places import Place, places
from components.security.authorization.rules import Rule, rule
from components.security.authorization.settings import Stage, Targets
from components.security.jwt.settings import JwtRequirement, JwtSettings, JwtStage
from components.services.documents import Derived, document
from components.services.ports import http_pod_ports
from components.settings.mesh import MeshSettings

_STAGES = {JwtStage.AUDIT: Stage.AUDIT, JwtStage.ENFORCE: Stage.ENFORCE}


def jwt_policies(settings: MeshSettings) -> Iterator[Derived]:
    """What checks the tokens of each entry of `jwt`, and what refuses requests without one.

    Source: istio.io/latest/docs/reference/config/security/request_authentication and
    istio.io/latest/docs/tasks/security/authorization/authz-jwt.
    """
    for name, jwt in settings.jwt.items():
        targets = Targets(services=jwt.services, gateways=jwt.gateways)
        for place in places(settings, name, targets):
            spec = {**place.where, "jwtRules": [jwt_rule(jwt)]}
            checking = document("RequestAuthentication", place.name, place.namespace, spec)
            yield Derived(manifest=checking, origin=("jwt", name))
            if jwt.required:
                spec = {**place.where, "action": "DENY", "rules": [_without_token(settings, jwt, place)]}
                written = policy(f"{place.name}-required", place.namespace, spec, _STAGES[jwt.stage])
                yield Derived(manifest=written, origin=("jwt", name, "required"))


def jwt_rule(jwt: JwtSettings) -> dict[str, object]:
    """A JWTRule."""
    keys = json.dumps(jwt.jwks) if isinstance(jwt.jwks, Mapping) else jwt.jwks
    written: dict[str, object] = {
        "issuer": jwt.issuer,
        "jwksUri": jwt.jwks_uri,
        "jwks": keys,
        "audiences": list(jwt.audiences or ()),
        "fromHeaders": [one.model_dump(exclude_none=True) for one in jwt.from_headers],
        "fromParams": list(jwt.from_params),
        "fromCookies": list(jwt.from_cookies),
        "forwardOriginalToken": jwt.forward_original_token,
        "outputPayloadToHeader": jwt.output_payload_to_header,
        "outputClaimToHeaders": [one.model_dump() for one in jwt.output_claim_to_headers],
        "timeout": jwt.timeout,
    }
    return {key: value for key, value in written.items() if value}


def taken_issuers(settings: MeshSettings, place: Place) -> list[str]:
    """The issuers whose tokens a gateway or service takes."""
    found = [
        jwt.issuer for jwt in settings.jwt.values() if place.gateway in jwt.gateways or place.service in jwt.services
    ]
    return list(dict.fromkeys(found))


def _without_token(settings: MeshSettings, jwt: JwtSettings, place: Place) -> Rule:
    """Requests without a token of any issuer that is taken there: one request has one token, of one of them.

    The ports are those of HTTP: elsewhere Istio would leave the token out of the rule, and refuse everything.
    """
    wanted = jwt.required if isinstance(jwt.required, JwtRequirement) else JwtRequirement()
    operation: dict[str, object] = {
        # With any port (istio.io/latest/docs/ops/best-practices/security, host-match policies).
        "hosts": [text for host in wanted.hosts for text in _with_any_port(host)],
        "methods": [method.value for method in wanted.methods],
        "paths": list(wanted.paths),
        "notPaths": list(wanted.not_paths),
        "ports": [str(port) for port in _http_ports(settings, place)],
    }
    given = {key: value for key, value in operation.items() if value}
    tokens = [f"{issuer}/*" for issuer in taken_issuers(settings, place)]
    return rule([{"notRequestPrincipals": tokens}], [given])


def _with_any_port(host: str) -> tuple[str, ...]:
    """What a rule compares a host with; what ends with '*' takes a port behind it already."""
    return (host,) if host.endswith("*") else (host, f"{host}:*")


def _http_ports(settings: MeshSettings, place: Place) -> list[int]:
    """The ports of pods on which requests are seen; those that only redirect go on doing so."""
    if place.service is not None:
        return http_pod_ports(settings.services[place.service])
    servers = settings.gateways[place.gateway or ""].servers
    return sorted({server.port for server in servers if server.serves_requests})
