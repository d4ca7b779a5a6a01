"""Settings of external services: what the mesh calls outside of itself."""

from enum import StrEnum
from typing import Annotated

from pydantic import Field

from components.services.settings import TrafficPolicy
from components.settings.field_types import DnsLabel, DnsName, Host, Port, ReleaseName, Text
from components.settings.model import SettingsModel


class ExternalProtocol(StrEnum):
    """What is spoken on a port outside, in the words of Istio's ServiceEntry."""

    HTTP = "HTTP"
    HTTP2 = "HTTP2"
    GRPC = "GRPC"
    HTTPS = "HTTPS"
    TLS = "TLS"
    TCP = "TCP"


class Resolution(StrEnum):
    """How proxies find the address of an external service, in the words of Istio's ServiceEntry."""

    NONE = "NONE"
    STATIC = "STATIC"
    DNS = "DNS"
    DNS_ROUND_ROBIN = "DNS_ROUND_ROBIN"
    DYNAMIC_DNS = "DYNAMIC_DNS"


class ExternalPort(SettingsModel):
    """One port of an external service."""

    port: Annotated[Port, Field(examples=[443])]
    """The port that workloads call."""
    protocol: Annotated[ExternalProtocol, Field(examples=["TLS"])]
    """What workloads speak on it."""
    target_port: Port | None = None
    """The port at the addresses; the same when left out."""


class OriginationMode(StrEnum):
    """How the mesh proves itself outside, in the words of Istio's ClientTLSSettings."""

    SIMPLE = "SIMPLE"
    MUTUAL = "MUTUAL"


class TlsOrigination(SettingsModel):
    """Workloads speak plain HTTP, the mesh makes TLS of it and verifies the other side."""

    port: Annotated[Port, Field(examples=[80])]
    """The HTTP port of `ports` that workloads call."""
    target_port: Port = 443
    """The port where TLS is spoken."""
    mode: OriginationMode = OriginationMode.SIMPLE
    """SIMPLE verifies the server; MUTUAL shows a client certificate as well."""
    credential_name: DnsName | None = None
    """A Secret of the egress gateway with the CA, for MUTUAL with a client certificate too; system CAs without it."""
    sni: Host | None = None
    """The name in the handshake; the first host when left out."""
    subject_alt_names: tuple[Text, ...] = ()
    """Names that the certificate may have; the SNI when left out."""


class ExternalSettings(SettingsModel):
    """One external service: a ServiceEntry, and what belongs to it."""

    namespace: Annotated[DnsLabel, Field(examples=["shop"])]
    """The namespace of its resources; every namespace may call it."""
    hosts: Annotated[tuple[Host, ...], Field(min_length=1, examples=[["api.example.com"]])]
    """Its names."""
    ports: Annotated[tuple[ExternalPort, ...], Field(min_length=1, examples=[[{"port": 443, "protocol": "TLS"}]])]
    """Its ports."""
    resolution: Resolution = Resolution.DNS
    """How its address is found: by DNS, or STATIC for the endpoints given here."""
    endpoints: tuple[Text, ...] = ()
    """For STATIC: addresses. For DNS: other names under which it is found."""
    egress_gateway: ReleaseName | None = None
    """A gateway of `gateways` through which it is called; directly when left out."""
    tls_origination: TlsOrigination | None = None
    """Where the mesh begins TLS for workloads that speak plain HTTP."""
    traffic_policy: TrafficPolicy | None = None
    """Connection pools, load balancing and outlier detection, as in a DestinationRule."""
