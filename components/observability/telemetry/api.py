"""The entries of Istio's Telemetry API, in its own words (istio.io/latest/docs/reference/config/telemetry)."""

from enum import StrEnum
from typing import Annotated

from pydantic import Field

from components.settings.field_types import HeaderName, IstioDuration, Sampling, TagValue, Text
from components.settings.model import SettingsModel


class WorkloadMode(StrEnum):
    """Which side of a connection is meant; a gateway is a client."""

    CLIENT_AND_SERVER = "CLIENT_AND_SERVER"
    CLIENT = "CLIENT"
    SERVER = "SERVER"


class ProviderRef(SettingsModel):
    """A provider by its name."""

    name: Annotated[Text, Field(examples=["jaeger"])]
    """An entry of `telemetry.providers` or of meshConfig.extensionProviders, or envoy or prometheus of Istio's own."""


class LiteralTag(SettingsModel):
    """The same value everywhere."""

    value: Annotated[TagValue, Field(examples=["eu-west"])]
    """The value."""


class HeaderTag(SettingsModel):
    """The value of a header of the request."""

    name: Annotated[HeaderName, Field(examples=["x-user-id"])]
    """The header."""
    default_value: TagValue | None = None
    """The value where there is no such header; no tag when left out."""


class EnvironmentTag(SettingsModel):
    """The value of an environment variable of the proxy."""

    name: Annotated[Text, Field(examples=["POD_NAME"])]
    """The variable."""
    default_value: TagValue | None = None
    """The value where there is no such variable; no tag when left out."""


class FormatterTag(SettingsModel):
    """A value that Envoy's command operators make; from Istio 1.29 on."""

    value: Annotated[TagValue, Field(examples=["%REQ(X-TENANT?X-ORG)%"])]
    """The text with its operators."""


class CustomTag(SettingsModel):
    """Where a tag gets its value; exactly one of the keys."""

    literal: LiteralTag | None = None
    """The same value everywhere."""
    header: HeaderTag | None = None
    """The value of a header of the request."""
    environment: EnvironmentTag | None = None
    """The value of an environment variable of the proxy."""
    formatter: FormatterTag | None = None
    """A value that Envoy's command operators make; from Istio 1.29 on."""


class TracingSettings(SettingsModel):
    """Traces of requests, as one entry of `tracing` of a Telemetry says it."""

    providers: Annotated[tuple[ProviderRef, ...], Field(min_length=1)] | None = None
    """The collector. When left out, the only one that `telemetry.providers` or `addons` has."""
    random_sampling_percentage: Sampling | None = None
    """Percent of requests that are traced where nobody before has decided; `defaultSampling` when left out."""
    disable_span_reporting: bool | None = None
    """Whether no spans are sent."""
    custom_tags: dict[Text, CustomTag] | None = None
    """Further tags of each span, by name. Those of a namespace or workload replace all of the mesh's."""
    enable_istio_tags: bool | None = None
    """Whether spans carry Istio's own tags, such as istio.canonical_service; true when left out."""
    use_request_id_for_trace_sampling: bool | None = None
    """Whether x-request-id carries the decision to the next service; true when left out."""
    disable_context_propagation: bool | None = None
    """Whether trace headers are not passed on; from Istio 1.30 on."""


class LogMatch(SettingsModel):
    """What an entry holds for."""

    mode: Annotated[WorkloadMode, Field(examples=["SERVER"])]
    """Which side of a connection."""


class LogFilter(SettingsModel):
    """Which requests are logged."""

    expression: Annotated[str, Field(examples=["response.code >= 400"])]
    """A CEL expression on Envoy's attributes, such as response.code, request.path or connection.mtls."""


class AccessLoggingSettings(SettingsModel):
    """One entry of `accessLogging` of a Telemetry."""

    match: LogMatch | None = None
    """What it holds for; both sides when left out."""
    providers: Annotated[tuple[ProviderRef, ...], Field(min_length=1)] | None = None
    """The logs. When left out, those of the mesh, or `envoy`, which writes to each proxy's output."""
    filter: LogFilter | None = None
    """Which requests are logged; all when left out."""
    disabled: bool | None = None
    """Whether nothing is logged."""


class IstioMetric(StrEnum):
    """Istio's standard metrics (istio.io/latest/docs/reference/config/metrics)."""

    ALL_METRICS = "ALL_METRICS"
    REQUEST_COUNT = "REQUEST_COUNT"
    REQUEST_DURATION = "REQUEST_DURATION"
    REQUEST_SIZE = "REQUEST_SIZE"
    RESPONSE_SIZE = "RESPONSE_SIZE"
    TCP_OPENED_CONNECTIONS = "TCP_OPENED_CONNECTIONS"
    TCP_CLOSED_CONNECTIONS = "TCP_CLOSED_CONNECTIONS"
    TCP_SENT_BYTES = "TCP_SENT_BYTES"
    TCP_RECEIVED_BYTES = "TCP_RECEIVED_BYTES"
    GRPC_REQUEST_MESSAGES = "GRPC_REQUEST_MESSAGES"
    GRPC_RESPONSE_MESSAGES = "GRPC_RESPONSE_MESSAGES"


class MetricMatch(SettingsModel):
    """Which metrics are meant; not both of metric and customMetric."""

    metric: IstioMetric | None = None
    """One of Istio's own; all when left out."""
    custom_metric: Text | None = None
    """Another metric of the provider, by name."""
    mode: WorkloadMode | None = None
    """Which side of a connection; both when left out."""


class TagOperation(StrEnum):
    """What becomes of a tag."""

    UPSERT = "UPSERT"
    REMOVE = "REMOVE"


class TagOverride(SettingsModel):
    """One tag (label) of a metric."""

    operation: TagOperation | None = None
    """UPSERT sets it, REMOVE takes it away; UPSERT when left out."""
    value: str | None = None
    """For UPSERT: a CEL expression on Envoy's attributes. Each value makes a time series of its own in every proxy."""


class MetricOverride(SettingsModel):
    """How some metrics differ from Istio's own."""

    match: MetricMatch | None = None
    """Which metrics; all when left out."""
    disabled: bool | None = None
    """Whether they are not made."""
    tag_overrides: dict[Text, TagOverride] | None = None
    """Their tags, by name."""


class MetricsSettings(SettingsModel):
    """One entry of `metrics` of a Telemetry."""

    providers: Annotated[tuple[ProviderRef, ...], Field(min_length=1)] | None = None
    """The providers; Istio's own, prometheus, when left out."""
    overrides: tuple[MetricOverride, ...] | None = None
    """How metrics differ; of two for one metric and tag the later one holds."""
    reporting_interval: IstioDuration | None = None
    """How often metrics of TCP connections are counted on; 5s when left out."""
