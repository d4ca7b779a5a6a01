"""Settings of the mesh as a whole: MeshConfig, in Istio's own words."""

from enum import StrEnum
from typing import Annotated

from pydantic import Field

from components.gateways.servers import CipherSuite
from components.mesh_config.mesh_fields import FurtherMeshConfig
from components.mesh_config.proxy_config import JsonMap, ProxyConfigSettings
from components.settings.field_types import IstioDuration, LogFile, TrustDomain
from components.settings.model import SettingsModel
from components.settings.selectors import LabelSelector


class AccessLogEncoding(StrEnum):
    """The form of a line of the access log."""

    TEXT = "TEXT"
    JSON = "JSON"


class OutboundMode(StrEnum):
    """What becomes of traffic to hosts that the mesh does not know."""

    ALLOW_ANY = "ALLOW_ANY"
    REGISTRY_ONLY = "REGISTRY_ONLY"
    ALLOW_ANY_DYNAMIC_DNS = "ALLOW_ANY_DYNAMIC_DNS"


class InboundMode(StrEnum):
    """Where a sidecar sends inbound traffic."""

    PASSTHROUGH = "PASSTHROUGH"
    LOCALHOST = "LOCALHOST"


class Normalization(StrEnum):
    """How paths are made uniform before rules are applied to them."""

    DEFAULT = "DEFAULT"
    NONE = "NONE"
    BASE = "BASE"
    MERGE_SLASHES = "MERGE_SLASHES"
    DECODE_AND_MERGE_SLASHES = "DECODE_AND_MERGE_SLASHES"


class TlsProtocol(StrEnum):
    """The oldest version of TLS."""

    TLS_AUTO = "TLS_AUTO"
    TLSV1_2 = "TLSV1_2"
    TLSV1_3 = "TLSV1_3"


class EcdhCurve(StrEnum):
    """The curves that Istio knows (ValidECDHCurves, pkg/config/security/security.go of Istio 1.29)."""

    P_224 = "P-224"
    P_256 = "P-256"
    P_384 = "P-384"
    P_521 = "P-521"
    X25519 = "X25519"
    X25519_KYBER = "X25519Kyber768Draft00"
    X25519_MLKEM = "X25519MLKEM768"


class OutboundTrafficPolicy(SettingsModel):
    """Traffic to hosts that the mesh does not know."""

    mode: Annotated[OutboundMode, Field(examples=["ALLOW_ANY"])]
    """ALLOW_ANY lets it pass; REGISTRY_ONLY drops it, as a help to find missing ServiceEntries, not as a firewall.

    ALLOW_ANY_DYNAMIC_DNS, from Istio 1.30 on, resolves each host's name and may use `tls`.
    """
    tls: JsonMap | None = None
    """A ClientTLSSettings for ALLOW_ANY_DYNAMIC_DNS."""


class InboundTrafficPolicy(SettingsModel):
    """Where sidecars send inbound traffic."""

    mode: Annotated[InboundMode, Field(examples=["PASSTHROUGH"])]
    """PASSTHROUGH to the pod's address, LOCALHOST to 127.0.0.1."""


class PathNormalization(SettingsModel):
    """How paths are made uniform."""

    normalization: Annotated[Normalization, Field(examples=["DECODE_AND_MERGE_SLASHES"])]
    """BASE when left out. DECODE_AND_MERGE_SLASHES closes ways around rules that name paths."""


class TlsConfig(SettingsModel):
    """Versions, curves and ciphers of TLS."""

    min_protocol_version: TlsProtocol | None = None
    """The oldest version of TLS; TLS 1.2 when left out."""
    ecdh_curves: Annotated[tuple[EcdhCurve, ...], Field(min_length=1)] | None = None
    """The curves, best first; Envoy's own when left out. Not for meshMTLS."""
    cipher_suites: Annotated[tuple[CipherSuite, ...], Field(min_length=1)] | None = None
    """The ciphers of TLS 1.2, best first; Istio's own when left out. Those of TLS 1.3 are fixed."""


class CommonMeshConfig(SettingsModel):
    """The fields of MeshConfig that many meshes set."""

    access_log_file: LogFile | None = None
    """Where proxies write their access log, such as /dev/stdout; empty text for none."""
    access_log_encoding: AccessLogEncoding | None = None
    """TEXT or JSON; TEXT when left out."""
    access_log_format: str | None = None
    """The line in Envoy's format strings, or for JSON an object of them; Istio's own when left out."""
    outbound_traffic_policy: OutboundTrafficPolicy | None = None
    """Traffic to hosts that the mesh does not know; it passes when left out."""
    inbound_traffic_policy: InboundTrafficPolicy | None = None
    """Where sidecars send inbound traffic; to the pod's address when left out."""
    default_config: ProxyConfigSettings = ProxyConfigSettings.defaults()
    """The defaults of every proxy."""
    path_normalization: PathNormalization | None = None
    """How paths are made uniform before rules are applied to them."""
    protocol_detection_timeout: IstioDuration | None = None
    """How long a proxy waits for the first bytes of a connection; 0s, for no limit, when left out."""
    discovery_selectors: Annotated[tuple[LabelSelector, ...], Field(min_length=1)] | None = None
    """Namespaces that istiod looks at, by labels, one match is enough; all when left out."""
    tls_defaults: TlsConfig | None = None
    """TLS of proxies outside the mesh's own mutual TLS."""
    mesh_mtls: Annotated[TlsConfig | None, Field(alias="meshMTLS")] = None
    """TLS between the workloads of the mesh."""
    trust_domain: TrustDomain | None = None
    """The root of workload identities; cluster.local when left out. A change breaks running workloads."""
    trust_domain_aliases: tuple[TrustDomain, ...] | None = None
    """Earlier or other trust domains that count as this one."""
    enable_auto_mtls: bool | None = None
    """Whether proxies use mutual TLS wherever both sides can; true when left out."""


class MeshConfigSettings(FurtherMeshConfig, CommonMeshConfig, defer_build=False):
    """The configuration of the whole mesh. Source: istio.io/latest/docs/reference/config/istio.mesh.v1alpha1."""
