"""How values of rules are compared: as Istio has Envoy do it, with None for what is not known here.

Source: pilot/pkg/security/authz/model/generator.go and matcher/*.go of Istio 1.29.
"""

import re
from collections.abc import Callable, Mapping, Sequence
from ipaddress import ip_address, ip_network

from components.services.names import CLUSTER_DOMAIN
from components.traffic.simulation.matching import header_value
from components.traffic.simulation.paths import PathAndQuery
from components.traffic.simulation.security.asked import Asked

Verdict = bool | None
"""Whether a condition is met; None when that is not known."""

_LITERAL = r"a-zA-Z0-9\-._~%!$&'()+,;:@="
_SPLIT = ("permission", "scope")
"""Claims in which a text is a list of words (buildSpaceDelimitedClaims in pilot/pkg/security/authn)."""


def like(wanted: str, value: str) -> bool:
    """A text, with one '*' at its begin or end; '*' alone is any but the empty one."""
    if wanted == "*":
        return bool(value)
    if wanted.startswith("*"):
        return value.endswith(wanted[1:])
    return value.startswith(wanted[:-1]) if wanted.endswith("*") else value == wanted


def source_principal(wanted: str, asked: Asked) -> Verdict:
    """The identity of the sender; `cluster.local` and the mesh's own trust domains stand for one another."""
    if not asked.identity_known:
        return None
    if asked.principal is None:
        return False
    parts = wanted.split("/")
    known = (*asked.trust_domains, CLUSTER_DOMAIN)
    if len(parts) == 5 and parts[0] != "*" and parts[0] in known:
        return any(like("/".join([domain, *parts[1:]]), asked.principal) for domain in asked.trust_domains)
    return like(wanted, asked.principal)


def source_namespace(wanted: str, asked: Asked) -> Verdict:
    """The namespace in the identity of the sender, with a '*' anywhere."""
    return _identity(f".*/ns/{wanted.replace('*', '.*')}/.*", asked)


def service_account(wanted: str, asked: Asked) -> Verdict:
    """NAMESPACE/NAME of the sender's service account."""
    namespace, _, name = wanted.rpartition("/")
    return _identity(f"spiffe://.+/ns/{namespace}/(.+/|)sa/{name}(/.+)?", asked)


def _identity(pattern: str, asked: Asked) -> Verdict:
    if not asked.identity_known:
        return None
    return asked.principal is not None and re.fullmatch(pattern, f"spiffe://{asked.principal}") is not None


def request_principal(wanted: str, asked: Asked) -> Verdict:
    """ISSUER/SUBJECT of the token: the subject is what stands behind the last '/'."""
    if asked.claims is None:
        return False
    issuer, subject = (str(asked.claims.get(name, "")) for name in ("iss", "sub"))
    want_issuer, slash, want_subject = wanted.rpartition("/")
    if wanted == "*":
        return bool(issuer and subject)
    if slash:
        return like(want_issuer, issuer) and like(want_subject, subject)
    if wanted.startswith("*"):
        return bool(issuer) and like(wanted, subject)
    return like(wanted, issuer) and (bool(subject) if wanted.endswith("*") else not subject)


def claim(path: Sequence[str]) -> Callable[[str, Asked], Verdict]:
    """A claim of the token, or one within others: a text, or one entry of a list."""

    def compared(wanted: str, asked: Asked) -> Verdict:
        found: object = asked.claims
        for name in path:
            found = found.get(name) if isinstance(found, Mapping) else None  # pyright: ignore[reportUnknownMemberType, reportUnknownVariableType]
        if isinstance(found, str):
            return any(like(wanted, one) for one in (found.split() if path[-1] in _SPLIT else [found]))
        entries: list[object] = list(found) if isinstance(found, list | tuple) else []  # pyright: ignore[reportUnknownArgumentType]
        return any(isinstance(one, str) and like(wanted, one) for one in entries)

    return compared


def header(name: str) -> Callable[[str, Asked], Verdict]:
    """A header of the request; '*' only asks that it is there."""

    def compared(wanted: str, asked: Asked) -> Verdict:
        value = header_value(asked.request, name)
        return value is not None and (wanted == "*" or like(wanted, value))

    return compared


def host(wanted: str, asked: Asked) -> Verdict:
    """The Host header, port included, whatever its case."""
    return like(wanted.lower(), asked.request.authority.lower())


def path(wanted: str, asked: Asked) -> Verdict:
    """The path without its query; with `{*}` and `{**}`, a template."""
    value = PathAndQuery.of(asked.request.path).path
    if "{*}" not in wanted and "{**}" not in wanted:
        return like(wanted, value)
    pattern = (
        re.escape(wanted).replace(re.escape("{**}"), f"[{_LITERAL}/]*").replace(re.escape("{*}"), f"[{_LITERAL}]+")
    )
    return re.fullmatch(pattern, value) is not None


def method(wanted: str, asked: Asked) -> Verdict:
    """The method, with its case."""
    return like(wanted, asked.request.method)


def port(wanted: str, asked: Asked) -> Verdict:
    """The port of the pods."""
    return wanted.isdecimal() and int(wanted) == asked.port


def server_name(wanted: str, asked: Asked) -> Verdict:
    """The name that TLS asks for."""
    return None if asked.server_name is None else like(wanted, asked.server_name)


def remote_address(wanted: str, asked: Asked) -> Verdict:
    """The address of the original client in a range."""
    if asked.remote_ip is None:
        return None
    try:
        return ip_address(asked.remote_ip) in ip_network(wanted, strict=False)
    except ValueError:
        return False


def unknown(_wanted: str, _asked: Asked) -> Verdict:
    """What a simulation does not have: addresses of connections, and metadata of Envoy's filters."""
    return None
