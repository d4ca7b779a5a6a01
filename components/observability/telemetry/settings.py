"""Settings of telemetry: where it goes to, and what holds for the mesh, for namespaces and for workloads."""

from typing import Annotated

from pydantic import Field

from components.settings.field_types import DnsLabel, LabelKey, LabelValue, Sampling, Text
from components.settings.later import imported_when_used
from components.settings.model import SettingsModel

with imported_when_used():
    from components.observability.telemetry.api import AccessLoggingSettings, MetricsSettings, TracingSettings
    from components.observability.telemetry.providers import ProviderSettings


class TelemetrySelector(SettingsModel):
    """Which pods of a namespace are meant."""

    match_labels: Annotated[dict[LabelKey, LabelValue], Field(min_length=1, examples=[{"app": "checkout"}])]
    """Labels of the pods; all of them have to be there."""


class TelemetryScope(SettingsModel):
    """What is told about the requests of the mesh, of a namespace or of some of its pods."""

    tracing: TracingSettings | None = None
    """Traces."""
    access_logging: Annotated[tuple[AccessLoggingSettings, ...], Field(min_length=1)] | None = None
    """Access logs. Where it is given, meshConfig.accessLogFile no longer decides."""
    metrics: Annotated[tuple[MetricsSettings, ...], Field(min_length=1)] | None = None
    """Metrics."""
    reason: Text | None = None
    """Why so many requests are traced; production requires it above 10 %, and it is written into the Telemetry."""


class WorkloadTelemetry(TelemetryScope):
    """What holds for some pods of a namespace."""

    selector: Annotated[TelemetrySelector, Field(examples=[{"matchLabels": {"app": "checkout"}}])]
    """The pods."""


class NamespaceTelemetry(TelemetryScope):
    """What holds in one namespace."""

    workloads: dict[DnsLabel, WorkloadTelemetry] = Field(default_factory=dict[str, WorkloadTelemetry])
    """What holds for some of its pods, by the name of the Telemetry."""


class TelemetrySettings(TelemetryScope):
    """Traces, access logs and metrics: for the whole mesh, and where something else holds. The narrower one wins."""

    default_sampling: Sampling
    """Percent of requests that are traced where `tracing` does not say; without effect where there is no collector."""
    providers: dict[DnsLabel, ProviderSettings] = Field(default_factory=dict[str, ProviderSettings])
    """Collectors and logs by name, which become entries of meshConfig.extensionProviders."""
    namespaces: dict[DnsLabel, NamespaceTelemetry] = Field(default_factory=dict[str, NamespaceTelemetry])
    """What holds in single namespaces, by name."""
