"""ProxyConfig: the defaults of every sidecar and gateway, in Istio's own words (meshConfig.defaultConfig)."""

from enum import StrEnum
from typing import Annotated

from pydantic import Field, JsonValue

from components.settings.field_types import EnvName, IstioDuration, Port, Text
from components.settings.model import SettingsModel

JsonMap = dict[Text, JsonValue]
"""A message in Istio's own words, which messages.py holds against Istio's definition of it."""


class InterceptionMode(StrEnum):
    """How inbound traffic gets into the sidecar."""

    REDIRECT = "REDIRECT"
    TPROXY = "TPROXY"
    NONE = "NONE"


class TracingServiceName(StrEnum):
    """How a service is called in traces."""

    APP_LABEL_AND_NAMESPACE = "APP_LABEL_AND_NAMESPACE"
    CANONICAL_NAME_ONLY = "CANONICAL_NAME_ONLY"
    CANONICAL_NAME_AND_NAMESPACE = "CANONICAL_NAME_AND_NAMESPACE"


class ProxyStatsMatcher(SettingsModel):
    """Envoy's own metrics that are exported beside Istio's default ones. Each one costs memory in every proxy."""

    inclusion_prefixes: tuple[Text, ...] | None = None
    """Beginnings of full names, which look like 'cluster.outbound|80||shop.svc.upstream_cx_total'."""
    inclusion_suffixes: tuple[Text, ...] | None = None
    """Ends of full names."""
    inclusion_regexps: tuple[Text, ...] | None = None
    """Regular expressions (RE2) that match full names."""


class Tracing(SettingsModel):
    """Tracing of requests by the proxies."""

    sampling: Annotated[float, Field(ge=0, le=100)] | None = None
    """Percent of requests that are traced; 1 when left out (PILOT_TRACE_SAMPLING)."""
    max_path_tag_length: Annotated[int, Field(ge=1)] | None = None
    """Characters of a request's path that a span keeps; 256 when left out."""
    custom_tags: dict[Text, JsonMap] | None = None
    """Further tags of spans: by name, each with literal, environment or header."""
    enable_istio_tags: bool | None = None
    """Whether spans carry Istio's own tags; true when left out."""
    zipkin: JsonMap | None = None
    """A Zipkin collector: `address: host:port`. Istio's present way is meshConfig.extensionProviders."""
    datadog: JsonMap | None = None
    """A Datadog agent: `address: host:port`. Istio's present way is meshConfig.extensionProviders."""
    stackdriver: JsonMap | None = None
    """Google Cloud Trace. Istio's present way is meshConfig.extensionProviders."""
    lightstep: JsonMap | None = None
    """A Lightstep collector. Istio's present way is meshConfig.extensionProviders."""
    open_census_agent: JsonMap | None = None
    """An OpenCensus agent. Istio's present way is meshConfig.extensionProviders."""
    tls_settings: JsonMap | None = None
    """TLS towards the collector: a ClientTLSSettings."""


class ProxyConfigSettings(SettingsModel):
    """The defaults of every proxy. A pod overrides them with the annotation proxy.istio.io/config.

    Pods take a change when they are restarted. Source: istio.io/latest/docs/reference/config/istio.mesh.v1alpha1.
    """

    hold_application_until_proxy_starts: bool | None = None
    """Whether containers wait for the sidecar. Native sidecars, the default since Istio 1.27, always come first."""
    dns_capture: bool | None = None
    """Whether the sidecar answers DNS queries (ISTIO_META_DNS_CAPTURE), for ServiceEntries and fewer lookups."""
    concurrency: Annotated[int, Field(ge=0, le=1024)] | None = None
    """Worker threads; by the CPU limit when left out, which is recommended; 0 takes all cores."""
    proxy_metadata: dict[EnvName, Text] | None = None
    """Environment variables of the proxy; the values are text."""
    termination_drain_duration: IstioDuration | None = None
    """How long connections may go on after the pod was told to end; 5s when left out."""
    drain_duration: IstioDuration | None = None
    """How long Envoy drains listeners that it replaces, in whole seconds; 45s when left out."""
    proxy_stats_matcher: ProxyStatsMatcher | None = None
    """Envoy metrics that are exported beside the default ones."""
    tracing: Tracing | None = None
    """Tracing of requests."""
    interception_mode: InterceptionMode | None = None
    """How inbound traffic gets into the sidecar; REDIRECT when left out."""
    image: JsonMap | None = None
    """The proxy's image: imageType. Istio's chart fills it from istio.variant."""
    mesh_id: Text | None = None
    """The name of the mesh where several meshes meet; the trust domain when left out."""
    gateway_topology: JsonMap | None = None
    """What lies in front of the gateways: numTrustedProxies, forwardClientCertDetails, proxyProtocol."""
    proxy_headers: JsonMap | None = None
    """Headers that proxies add, such as server, requestId, envoyDebugHeaders."""
    private_key_provider: JsonMap | None = None
    """Hardware that accelerates TLS: cryptomb or qat."""
    readiness_probe: JsonMap | None = None
    """Health check of applications on virtual machines."""
    extra_stat_tags: tuple[Text, ...] | None = None
    """Further tags of metrics."""
    runtime_values: dict[Text, Text] | None = None
    """Envoy's runtime flags; the values are text."""
    ca_certificates_pem: tuple[str, ...] | None = None
    """Further root certificates between workloads, in PEM."""
    envoy_access_log_service: JsonMap | None = None
    """A gRPC access log service: `address: host:port`."""
    envoy_metrics_service: JsonMap | None = None
    """An Envoy metrics service: `address: host:port`."""
    statsd_udp_address: Text | None = None
    """A statsd server, as host:port."""
    stat_name_length: Annotated[int, Field(ge=1)] | None = None
    """Characters of a metric's name part; 189 when left out."""
    status_port: Port | None = None
    """The port of the agent; 15020 when left out."""
    proxy_admin_port: Port | None = None
    """The port of Envoy's own administration; 15000 when left out."""
    file_flush_interval: IstioDuration | None = None
    """How often access logs are written out; 1s when left out."""
    file_flush_min_size_kb: Annotated[int, Field(ge=0)] | None = None
    """How much access log is collected before it is written out, in KB; 64 when left out."""
    stats_compression: bool | None = None
    """Whether metrics are offered compressed; true when left out."""
    service_cluster: Text | None = None
    """The name of the proxy's service; by workload when left out."""
    tracing_service_name: TracingServiceName | None = None
    """How a service is called in traces."""
    discovery_address: Text | None = None
    """The address of istiod, as host:port; Istio's chart fills it."""
    control_plane_auth_policy: Text | None = None
    """How proxies talk to istiod: MUTUAL_TLS when left out."""
    config_path: Text | None = None
    """The folder of generated configuration in the proxy."""
    binary_path: Text | None = None
    """The path of Envoy in the proxy's image."""
    custom_config_file: Text | None = None
    """A configuration file of one's own for Envoy."""
    proxy_bootstrap_template_path: Text | None = None
    """A bootstrap template of one's own for Envoy."""
