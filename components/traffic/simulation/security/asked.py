"""What a proxy knows about a request when it decides about it."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from components.traffic.simulation.request import Request

Claims = Mapping[str, object]
"""Claims of a token: texts, lists of texts, and maps of them."""


@dataclass(frozen=True, kw_only=True)
class Sender:
    """What is known of the client that sends a request, beside the request."""

    claims: Claims | None = None
    """The claims of its token, which is taken to be signed by its issuer and not to have ended; None without one."""
    remote_ip: str | None = None
    """The address of the original client, which is `remote.ip`; None where it is not known."""


@dataclass(frozen=True, kw_only=True)
class Asked:
    """One request as one proxy sees it."""

    request: Request
    port: int
    """The port of the pods."""
    principal: str | None = None
    """The identity that the certificate of the sender shows, without `spiffe://`; None without a certificate."""
    identity_known: bool = True
    """Whether `principal` is known to be that, or to be none."""
    remote_ip: str | None = None
    claims: Claims | None = None
    """The claims of a token that was accepted here."""
    server_name: str | None = None
    """The name that TLS asks for; None where it is not known."""
    tcp: bool = False
    """Whether the proxy does not look into the connection, so that conditions on requests have no meaning."""
    trust_domains: Sequence[str] = field(default_factory=tuple[str, ...])
    """The trust domain of the mesh, then its aliases."""
