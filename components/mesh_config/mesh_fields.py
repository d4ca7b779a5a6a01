"""The fields of MeshConfig that few meshes set, in Istio's own words; messages.py checks what lies below a map."""

from enum import StrEnum
from typing import Annotated

from pydantic import Field

from components.mesh_config.proxy_config import JsonMap
from components.settings.field_types import DnsLabel, IstioDuration, Port, Text
from components.settings.model import SettingsModel


class IngressControllerMode(StrEnum):
    """Which Ingress resources are served."""

    UNSPECIFIED = "UNSPECIFIED"
    OFF = "OFF"
    DEFAULT = "DEFAULT"
    STRICT = "STRICT"


class H2UpgradePolicy(StrEnum):
    """Whether HTTP/1.1 is upgraded between proxies."""

    DO_NOT_UPGRADE = "DO_NOT_UPGRADE"
    UPGRADE = "UPGRADE"


class FurtherMeshConfig(SettingsModel):
    """Source: istio.io/latest/docs/reference/config/istio.mesh.v1alpha1."""

    extension_providers: tuple[JsonMap, ...] | None = None
    """Tracers, external authorizers and access logs, each with a `name`, that Telemetry and others refer to."""
    default_providers: JsonMap | None = None
    """Names of extensionProviders that are used by default: tracing, metrics, accessLogging."""
    enable_tracing: bool | None = None
    """Whether proxies make trace spans; they also need a collector, see extensionProviders."""
    enable_envoy_access_log_service: bool | None = None
    """Whether proxies send access logs by gRPC."""
    disable_envoy_listener_log: bool | None = None
    """Whether listeners leave out their own log of connections without a route."""
    enable_prometheus_merge: bool | None = None
    """Whether the metrics of a pod and of its proxy are offered together; Istio's chart sets true."""
    connect_timeout: IstioDuration | None = None
    """How long a connection may take, 1ms to 1h; 10s when left out."""
    tcp_keepalive: JsonMap | None = None
    """TCP keepalive: probes, time, interval."""
    hbone_idle_timeout: IstioDuration | None = None
    """How long idle connections to ztunnel stay open; 1h when left out."""
    default_http_retry_policy: JsonMap | None = None
    """Retries of HTTP requests; 2 attempts when left out."""
    locality_lb_setting: JsonMap | None = None
    """Load balancing by region and zone."""
    h2_upgrade_policy: H2UpgradePolicy | None = None
    """Whether HTTP/1.1 is upgraded to HTTP/2 between proxies."""
    service_settings: tuple[JsonMap, ...] | None = None
    """Services that stay within their cluster."""
    service_scope_configs: tuple[JsonMap, ...] | None = None
    """Services of ambient mode that are local to a cluster or global."""
    default_service_export_to: tuple[Text, ...] | None = None
    """Namespaces that see services without exportTo."""
    default_virtual_service_export_to: tuple[Text, ...] | None = None
    """Namespaces that see VirtualServices without exportTo."""
    default_destination_rule_export_to: tuple[Text, ...] | None = None
    """Namespaces that see DestinationRules without exportTo."""
    ca_certificates: tuple[JsonMap, ...] | None = None
    """Further roots of trust: pem or spiffeBundleUrl, with certSigners and trustDomains."""
    ca: JsonMap | None = None
    """A certificate authority other than istiod."""
    config_sources: tuple[JsonMap, ...] | None = None
    """Further sources of configuration."""
    root_namespace: DnsLabel | None = None
    """The namespace of mesh-wide resources. It is controlPlane.namespace; another one is refused."""
    proxy_listen_port: Port | None = None
    """The proxies' port for outbound traffic; 15001 when left out."""
    proxy_inbound_listen_port: Port | None = None
    """The proxies' port for inbound traffic; 15006 when left out."""
    proxy_http_port: Annotated[int, Field(ge=0, le=65535)] | None = None
    """The proxies' port for HTTP PROXY requests; none when left out."""
    ingress_class: Text | None = None
    """The class of Ingress resources that are served; istio when left out."""
    ingress_service: Text | None = None
    """The Service whose address Ingress resources get."""
    ingress_controller_mode: IngressControllerMode | None = None
    """Which Ingress resources are served."""
    ingress_selector: Text | None = None
    """The label istio of the gateway that serves Ingress resources."""
    dns_refresh_rate: IstioDuration | None = None
    """How often Envoy resolves names of services; 60s when left out."""
    inbound_cluster_stat_name: Text | None = None
    """A pattern for the names of metrics of inbound clusters."""
    outbound_cluster_stat_name: Text | None = None
    """A pattern for the names of metrics of outbound clusters."""
