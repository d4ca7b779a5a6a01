"""Settings of Jaeger."""

from typing import Annotated, Literal

from pydantic import Field

from components.observability.addons.shared import ExternalSource, InstalledAddon, Persistence
from components.settings.field_types import AddonUrl, DnsName, Duration, Host, Port, Replicas, Text
from components.settings.model import SettingsModel


class MemoryStorage(SettingsModel):
    """Traces in memory: fast, nothing to set up, and gone with the pod."""

    kind: Literal["memory"]
    """Where traces are kept."""
    max_traces: Annotated[int, Field(ge=1, le=10_000_000)]
    """How many traces are kept; the oldest one goes first."""


class BadgerStorage(SettingsModel):
    """Traces in a database on a volume of the one Jaeger pod."""

    kind: Literal["badger"]
    """Where traces are kept."""
    retention: Duration
    """How long traces are kept: '168h'."""
    persistence: Annotated[Persistence, Field(examples=[{"size": "20Gi"}])]
    """The volume."""


class ServerStorage(SettingsModel):
    """Traces on servers that somebody else runs, which several Jaegers share."""

    server_urls: Annotated[
        tuple[AddonUrl, ...], Field(min_length=1, examples=[["https://elasticsearch.example.com:9200"]])
    ]
    """The addresses of its servers. What is older than you want to keep is deleted there."""
    username: Text | None = None
    """The user that Jaeger signs in as; nobody when left out."""
    password_secret: DnsName | None = None
    """The name of a Secret of the addons' namespace whose key `password` holds that user's password."""
    index_prefix: DnsName | None = None
    """What the names of the indices begin with, where several Jaegers share the servers."""


class ElasticsearchStorage(ServerStorage):
    """Traces in Elasticsearch."""

    kind: Literal["elasticsearch"]
    """Where traces are kept."""


class OpensearchStorage(ServerStorage):
    """Traces in OpenSearch."""

    kind: Literal["opensearch"]
    """Where traces are kept."""


JaegerStorage = Annotated[
    MemoryStorage | BadgerStorage | ElasticsearchStorage | OpensearchStorage, Field(discriminator="kind")
]
"""Where Jaeger keeps traces."""


class InstalledJaeger(InstalledAddon):
    """Jaeger 2, which takes spans by OTLP (gRPC 4317, HTTP 4318) and in Zipkin's form (9411)."""

    kind: Literal["installed"]
    """Whether the program installs it."""
    url: AddonUrl | None = None
    """Its address in a browser, where something of yours leads there, such as a route; Kiali links to it."""
    replicas: Replicas
    """How many run; more than one needs a storage that they share."""
    storage: JaegerStorage
    """Where traces are kept."""


class TraceCollector(SettingsModel):
    """Where proxies send spans by OTLP over gRPC."""

    host: Annotated[Host, Field(examples=["otel-collector.tracing.svc.cluster.local"])]
    """A Service of the cluster in full, or a host that a ServiceEntry of the mesh knows."""
    port: Port = 4317
    """The port."""


class ExternalJaeger(ExternalSource):
    """A Jaeger that somebody else runs. Kiali links to `url`; Kiali and Grafana ask `internalUrl`."""

    collector: TraceCollector | None = None
    """Where proxies send spans; they send none there when left out."""


JaegerSettings = Annotated[InstalledJaeger | ExternalJaeger, Field(discriminator="kind")]
"""Jaeger: installed, or somebody else's."""
