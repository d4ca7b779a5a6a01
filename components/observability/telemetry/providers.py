"""Settings of telemetry providers: where proxies send spans and access logs, in the words of MeshConfig."""

from enum import StrEnum
from typing import Annotated

from pydantic import Field, JsonValue

from components.settings.field_types import HeaderName, IstioDuration, Port, ProviderService, Text
from components.settings.model import SettingsModel

TagLength = Annotated[int, Field(ge=1)]


class ProviderHeader(SettingsModel):
    """One header of a request to a provider; exactly one of `value` and `envName`."""

    name: Annotated[HeaderName, Field(examples=["x-tenant"])]
    """The name of the header."""
    value: Text | None = None
    """Its value, which everybody who reads the mesh config sees; a token belongs into `envName`."""
    env_name: Text | None = None
    """The environment variable of the proxy that holds the value."""


class HttpExport(SettingsModel):
    """Export by HTTP instead of gRPC."""

    path: Annotated[Text, Field(examples=["/v1/traces"])]
    """The path, /v1/traces for OTLP."""
    timeout: IstioDuration = "5s"
    """How long a proxy waits for an answer. Envoy refuses a collector without it, and Istio sets none."""
    headers: tuple[ProviderHeader, ...] | None = None
    """Headers of each request."""


class GrpcExport(SettingsModel):
    """Settings of the export by gRPC."""

    timeout: IstioDuration | None = None
    """How long a proxy waits for an answer; without limit when left out."""
    initial_metadata: tuple[ProviderHeader, ...] | None = None
    """Metadata of each call."""


class OpenTelemetryProvider(SettingsModel):
    """A collector of spans that speaks OTLP, such as Jaeger or the OpenTelemetry Collector.

    By gRPC unless `http` is given. A port for gRPC needs `appProtocol: grpc`, or a name that begins with grpc.
    """

    service: Annotated[ProviderService, Field(examples=["jaeger-collector.observability.svc.cluster.local"])]
    """The collector's host, in full: that of a Service, or of an entry of `externals`."""
    port: Annotated[Port, Field(examples=[4317])]
    """The port of its Service: 4317 for gRPC, 4318 for HTTP by convention."""
    max_tag_length: TagLength | None = None
    """Characters of a request's path that a span keeps; 256 when left out."""
    http: HttpExport | None = None
    """Export by HTTP."""
    grpc: GrpcExport | None = None
    """Settings of the export by gRPC."""


class TraceContextOption(StrEnum):
    """Which headers carry the trace to the next service."""

    USE_B3 = "USE_B3"
    USE_B3_WITH_W3C_PROPAGATION = "USE_B3_WITH_W3C_PROPAGATION"


class ZipkinProvider(SettingsModel):
    """A collector of spans that speaks Zipkin's protocol (HTTP, JSON v2)."""

    service: Annotated[ProviderService, Field(examples=["zipkin.observability.svc.cluster.local"])]
    """The collector's host, in full: that of a Service, or of an entry of `externals`."""
    port: Annotated[Port, Field(examples=[9411])]
    """The port of its Service, 9411 by convention."""
    max_tag_length: TagLength | None = None
    """Characters of a request's path that a span keeps; 256 when left out."""
    path: Text | None = None
    """The path; /api/v2/spans when left out."""
    enable64bit_trace_id: Annotated[bool | None, Field(alias="enable64bitTraceId")] = None
    """Whether trace ids have 64 bits; 128 when left out."""
    trace_context_option: TraceContextOption | None = None
    """Which headers carry the trace: B3, or B3 and W3C trace context; B3 when left out."""


class LogFormat(SettingsModel):
    """What a line says, in Envoy's command operators; `labels` alone makes JSON of a file's lines."""

    text: str | None = None
    """The line."""
    labels: dict[Text, JsonValue] | None = None
    """Its fields by name."""


class OtelAccessLogProvider(SettingsModel):
    """A collector of access logs that speaks OTLP by gRPC."""

    service: Annotated[ProviderService, Field(examples=["otel-collector.observability.svc.cluster.local"])]
    """The collector's host, in full: that of a Service, or of an entry of `externals`."""
    port: Annotated[Port, Field(examples=[4317])]
    """The port of its Service."""
    log_name: Text | None = None
    """The name of the log; otel_envoy_accesslog when left out."""
    log_format: LogFormat | None = None
    """Text of the body, and labels of each record; Istio's own line when left out."""


class FileAccessLogProvider(SettingsModel):
    """A log of each proxy's own."""

    path: Annotated[Text, Field(pattern="^/")] = "/dev/stdout"
    """The file in the proxy."""
    log_format: LogFormat | None = None
    """Exactly one of text and labels; Istio's own line when left out."""


class ProviderSettings(SettingsModel):
    """One provider; exactly one of the keys."""

    opentelemetry: OpenTelemetryProvider | None = None
    """A collector of spans that speaks OTLP."""
    zipkin: ZipkinProvider | None = None
    """A collector of spans that speaks Zipkin's protocol."""
    envoy_otel_als: OtelAccessLogProvider | None = None
    """A collector of access logs that speaks OTLP."""
    envoy_file_access_log: FileAccessLogProvider | None = None
    """A log of each proxy's own, in a format of one's own."""
