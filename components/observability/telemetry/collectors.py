"""Which providers a stack has, and which of them gets the spans. Pure functions over the whole settings."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import cast

from components.mesh_config.settings import MeshConfigSettings
from components.observability.addons.endpoints import trace_collector
from components.settings.later import imported_when_used
from components.settings.mesh import MeshSettings
from components.settings.problems import Path

with imported_when_used():
    from components.observability.addons.jaeger.settings import InstalledJaeger
    from components.observability.telemetry.api import TracingSettings

BUILT_IN: Mapping[str, str] = {"prometheus": "prometheus", "stackdriver": "stackdriver", "envoy": "envoyFileAccessLog"}
"""Providers that every mesh has, and their kinds (DefaultMeshConfig in pkg/config/mesh/mesh.go of Istio)."""

TRACERS = frozenset({"opentelemetry", "zipkin", "datadog", "skywalking", "stackdriver"})
"""Kinds that take spans (configureFromProviderConfig in pilot/pkg/networking/core/tracing.go of Istio)."""

LOGGERS = frozenset({"envoyFileAccessLog", "envoyOtelAls", "envoyHttpAls", "envoyTcpAls", "stackdriver"})
"""Kinds that take access logs (telemetryAccessLog in pilot/pkg/model/telemetry_logging.go of Istio)."""

METERS = frozenset({"prometheus", "stackdriver"})
"""Kinds that take metrics (buildHTTPTelemetryFilter in pilot/pkg/model/telemetry.go of Istio)."""

JAEGER = "jaeger"
"""The provider that Jaeger of `addons` is."""

_OTLP_HTTP = 4318


@dataclass(frozen=True, kw_only=True)
class Provider:
    """One entry of extensionProviders."""

    name: str
    kind: str
    """The key of its message, such as opentelemetry; empty where it has none."""
    message: Mapping[str, object]
    """Its message, in the words of MeshConfig."""
    origin: Path | None
    """Where the stack file says it; None for one of Istio's own."""


def providers(settings: MeshSettings) -> list[Provider]:
    """Every provider of the mesh: of `telemetry`, of meshConfig.extensionProviders, and Istio's own."""
    own = [Provider(name=name, kind=kind, message={}, origin=None) for name, kind in BUILT_IN.items()]
    return [*declared(settings), *_given(settings), *own]


def declared(settings: MeshSettings) -> Iterator[Provider]:
    """The providers that the program writes into MeshConfig: of `telemetry.providers`, and Jaeger of `addons`."""
    yield from _jaeger(settings)
    for name, provider in settings.telemetry.providers.items():
        written = provider.model_dump(by_alias=True, exclude_none=True, mode="json")
        for kind, message in list(written.items())[:1]:
            yield Provider(name=name, kind=kind, message=message, origin=("telemetry", "providers", name))


def _jaeger(settings: MeshSettings) -> Iterator[Provider]:
    """The collector of `addons.jaeger`.

    Spans go to an installed one by HTTP, which works with whatever a chart says of its ports. gRPC would work because
    the catalogue's chart gives otlp-grpc `appProtocol: grpc`; of the name alone istiod does not choose HTTP/2
    (istio.io/latest/docs/ops/configuration/traffic-management/protocol-selection).
    """
    collector = trace_collector(settings.addons)
    if collector is None:
        return
    message: dict[str, object] = {"service": collector.host, "port": collector.port}
    if isinstance(settings.addons.jaeger, InstalledJaeger):
        message |= {"port": _OTLP_HTTP, "http": {"path": "/v1/traces", "timeout": "5s"}}
    yield Provider(name=JAEGER, kind="opentelemetry", message=message, origin=("addons", "jaeger"))


def _given(settings: MeshSettings) -> Iterator[Provider]:
    """What the user wrote in MeshConfig's own words; what is no provider at all is left to the checks."""
    for index, entry in enumerate(settings.mesh_config.extension_providers or ()):
        kinds = [key for key, value in entry.items() if key != "name" and isinstance(value, dict)]
        message = cast("Mapping[str, object]", entry[kinds[0]] if kinds else {})
        path = ("meshConfig", "extensionProviders", index)
        yield Provider(name=str(entry.get("name")), kind=kinds[0] if kinds else "", message=message, origin=path)


def provider_named(known: Sequence[Provider], name: str) -> Provider | None:
    """The provider that istiod takes for a name, whatever its case (fetchProvider of pilot/pkg/model/telemetry.go)."""
    return next((one for one in known if one.name.lower() == name.lower()), None)


def chosen_tracer(settings: MeshSettings, tracing: TracingSettings | None) -> str | None:
    """The provider that gets the spans of the mesh: the one that is named, or else the only collector of the stack.

    meshConfig.extensionProviders has to be named: a provider there may be for something else.
    """
    if tracing and tracing.providers:
        return tracing.providers[0].name
    found = [one.name for one in declared(settings) if one.kind in TRACERS]
    return found[0] if len(found) == 1 else None


def collector_hosts(settings: MeshSettings) -> Iterator[str]:
    """The hosts of the providers of `telemetry`, as `egress.hosts` of a Sidecar names them.

    A proxy whose Sidecar does not open them sends nothing to them: istiod adds them to gateways only (GatewayServices
    in pilot/pkg/model/push_context.go).
    """
    for one in declared(settings):
        namespace, _, host = str(one.message.get("service", "")).rpartition("/")
        if host:
            yield f"{namespace or namespace_of(host) or '*'}/{host}"


def namespace_of(host: str) -> str | None:
    """The namespace of the Service that a host of the cluster names; None for a host outside."""
    labels = host.split(".")
    return labels[1] if len(labels) > 2 and labels[2] == "svc" else None


def with_providers(settings: MeshSettings, mesh_config: MeshConfigSettings) -> MeshConfigSettings:
    """A MeshConfig with the providers of `telemetry` behind those that it has."""
    made = tuple({"name": one.name, one.kind: one.message} for one in declared(settings))
    if not made:
        return mesh_config
    given = mesh_config.extension_providers or ()
    return mesh_config.model_copy(update={"extension_providers": (*given, *made)})
