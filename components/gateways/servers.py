"""Settings of the servers of a gateway, in the words of Istio's Gateway resource."""

from enum import StrEnum
from typing import Annotated

from pydantic import Field

from components.settings.field_types import Credential, Host, Port
from components.settings.model import SettingsModel


class Protocol(StrEnum):
    """Protocols of a server, in the words of Istio's Gateway."""

    HTTP = "HTTP"
    HTTP2 = "HTTP2"
    GRPC = "GRPC"
    HTTPS = "HTTPS"
    TLS = "TLS"
    TCP = "TCP"

    @property
    def encrypted(self) -> bool:
        """Whether the protocol needs TLS settings."""
        return self in (Protocol.HTTPS, Protocol.TLS)

    @property
    def plain_http(self) -> bool:
        """Whether it is HTTP in one of its forms, without TLS."""
        return self in (Protocol.HTTP, Protocol.HTTP2, Protocol.GRPC)


class TlsMode(StrEnum):
    """What a server does with TLS, in the words of Istio's Gateway."""

    SIMPLE = "SIMPLE"
    MUTUAL = "MUTUAL"
    OPTIONAL_MUTUAL = "OPTIONAL_MUTUAL"
    PASSTHROUGH = "PASSTHROUGH"
    AUTO_PASSTHROUGH = "AUTO_PASSTHROUGH"

    @property
    def terminates(self) -> bool:
        """Whether TLS ends at the gateway, which then needs a certificate."""
        return self not in (TlsMode.PASSTHROUGH, TlsMode.AUTO_PASSTHROUGH)

    @property
    def verifies_clients(self) -> bool:
        """Whether client certificates are verified."""
        return self in (TlsMode.MUTUAL, TlsMode.OPTIONAL_MUTUAL)


class TlsVersion(StrEnum):
    """Versions of TLS, in the words of Istio's Gateway, oldest first."""

    TLSV1_0 = "TLSV1_0"
    TLSV1_1 = "TLSV1_1"
    TLSV1_2 = "TLSV1_2"
    TLSV1_3 = "TLSV1_3"


class CipherSuite(StrEnum):
    """Cipher suites of TLS 1.2 and older that Istio takes (pkg/config/security/security.go of Istio 1.29)."""

    ECDHE_ECDSA_AES128_GCM_SHA256 = "ECDHE-ECDSA-AES128-GCM-SHA256"
    ECDHE_RSA_AES128_GCM_SHA256 = "ECDHE-RSA-AES128-GCM-SHA256"
    ECDHE_ECDSA_AES256_GCM_SHA384 = "ECDHE-ECDSA-AES256-GCM-SHA384"
    ECDHE_RSA_AES256_GCM_SHA384 = "ECDHE-RSA-AES256-GCM-SHA384"
    ECDHE_ECDSA_CHACHA20_POLY1305 = "ECDHE-ECDSA-CHACHA20-POLY1305"
    ECDHE_RSA_CHACHA20_POLY1305 = "ECDHE-RSA-CHACHA20-POLY1305"
    ECDHE_ECDSA_AES128_SHA = "ECDHE-ECDSA-AES128-SHA"
    ECDHE_RSA_AES128_SHA = "ECDHE-RSA-AES128-SHA"
    ECDHE_ECDSA_AES256_SHA = "ECDHE-ECDSA-AES256-SHA"
    ECDHE_RSA_AES256_SHA = "ECDHE-RSA-AES256-SHA"
    AES128_GCM_SHA256 = "AES128-GCM-SHA256"
    AES256_GCM_SHA384 = "AES256-GCM-SHA384"
    AES128_SHA = "AES128-SHA"
    AES256_SHA = "AES256-SHA"
    DES_CBC3_SHA = "DES-CBC3-SHA"


class ServerTls(SettingsModel):
    """TLS of one server: for HTTP a redirect only, for HTTPS and TLS how it is terminated or passed on."""

    https_redirect: bool = False
    """For HTTP: every request is answered by 301 to https."""
    mode: TlsMode | None = None
    """For HTTPS and TLS: SIMPLE, MUTUAL (clients need a certificate), OPTIONAL_MUTUAL, or passed on without a look."""
    credential: Credential | None = None
    """The entry of mesh.tls whose certificate is shown; for every mode that terminates TLS."""
    min_protocol_version: TlsVersion | None = None
    """The oldest version that is accepted; TLSV1_2 when left out. Older ones need cipherSuites."""
    max_protocol_version: TlsVersion | None = None
    """The newest version that is offered; TLSV1_3 when left out."""
    cipher_suites: tuple[CipherSuite, ...] = ()
    """The suites that are offered up to TLS 1.2; Envoy's own choice when left out."""


class ServerSettings(SettingsModel):
    """One server of the Gateway resource: a port of the gateway pods and the hosts that it serves."""

    port: Annotated[Port, Field(examples=[80])]
    """The port on which the gateway pods listen."""
    protocol: Annotated[Protocol, Field(examples=["HTTP"])]
    """The protocol that is spoken on the port."""
    hosts: Annotated[tuple[Host, ...], Field(min_length=1, examples=[["*"]])]
    """The hosts that are served; '*' serves all."""
    tls: ServerTls | None = None
    """How TLS is handled; required for HTTPS and TLS."""

    @property
    def serves_requests(self) -> bool:
        """Whether it sees requests of HTTP and does more with them than to send callers to https."""
        if self.tls and self.tls.https_redirect:
            return False
        terminates = bool(self.tls and self.tls.mode and self.tls.mode.terminates)
        return self.protocol.plain_http or (self.protocol is Protocol.HTTPS and terminates)
