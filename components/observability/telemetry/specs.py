"""Telemetry resources."""

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from components.kinds.reasons import REASON
from components.observability.telemetry.collectors import chosen_tracer
from components.observability.telemetry.settings import NamespaceTelemetry, TelemetryScope, WorkloadTelemetry
from components.platform.labels import COMMON_LABELS
from components.platform.manifest import Manifest
from components.settings.later import imported_when_used
from components.settings.mesh import MeshSettings
from components.settings.problems import Path

with imported_when_used():
    from components.observability.telemetry.api import AccessLoggingSettings, TracingSettings

MESH_WIDE = "mesh-default"
"""The name of the Telemetry of the whole mesh; Istio's own convention (istio.io/latest/docs/tasks/observability)."""

NAMESPACE_WIDE = "namespace-default"
"""The name of the Telemetry of a namespace."""

FILE_LOG = "envoy"
"""Istio's own provider of access logs, which writes to each proxy's output."""

Scope = tuple[Path, Manifest]


def telemetries(settings: MeshSettings) -> Iterator[Scope]:
    """Every Telemetry, with the path of what it comes from: the mesh's, those of namespaces, those of workloads.

    Of several without a selector in a namespace istiod takes the oldest, so there is one at most. That of the mesh lies
    in the root namespace. Source: istio.io/latest/docs/reference/config/telemetry.
    """
    telemetry, root = settings.telemetry, settings.control_plane.namespace
    whole = _mesh_wide(settings)
    if whole:
        yield ("telemetry",), _telemetry(MESH_WIDE, root, whole, telemetry.reason)
    for namespace, scope in telemetry.namespaces.items():
        path: Path = ("telemetry", "namespaces", namespace)
        yield from _of_namespace(settings, namespace, scope, path)


def _of_namespace(settings: MeshSettings, namespace: str, scope: NamespaceTelemetry, path: Path) -> Iterator[Scope]:
    if spec := scope_spec(settings, scope):
        yield path, _telemetry(NAMESPACE_WIDE, namespace, spec, scope.reason)
    for name, workload in scope.workloads.items():
        spec = {**_selector(workload), **scope_spec(settings, workload)}
        yield (*path, "workloads", name), _telemetry(name, namespace, spec, workload.reason)


def scope_spec(settings: MeshSettings, scope: TelemetryScope) -> dict[str, Any]:
    """What a namespace or workload says, in Istio's own words; empty when it says nothing."""
    return _spec(scope.tracing, scope, _logs(settings))


def _mesh_wide(settings: MeshSettings) -> dict[str, Any]:
    scope = settings.telemetry
    tracer = chosen_tracer(settings, scope.tracing)
    spec = _spec(None, scope, _logs(settings))
    if tracer is None:
        return spec
    written = _written_tracing(scope.tracing) if scope.tracing else {}
    tracing = {"providers": [{"name": tracer}], "randomSamplingPercentage": scope.default_sampling, **written}
    if samples_itself(settings, tracer):
        # The provider decides, and a number beside it would say what is not so.
        del tracing["randomSamplingPercentage"]
    return {"tracing": [tracing], **spec}


def samples_itself(settings: MeshSettings, tracer: str) -> bool:
    """Whether a provider of meshConfig has a sampler of its own, before which every percentage gives way.

    Source: configureTracingFromTelemetry in pilot/pkg/networking/core/tracing.go of Istio.
    """
    entries = settings.mesh_config.extension_providers or ()
    bodies = [entry.get("opentelemetry") for entry in entries if str(entry.get("name")).lower() == tracer.lower()]
    return any(isinstance(body, Mapping) and "dynatraceSampler" in body for body in bodies)


def _logs(settings: MeshSettings) -> list[str]:
    """The logs of an entry that names none: those of the mesh, or Istio's own; none where MeshConfig has a default.

    istiod takes an entry for nothing for which there is no provider, and istioctl warns of it (IST0157).
    """
    if (settings.mesh_config.default_providers or {}).get("accessLogging"):
        return []
    entries = settings.telemetry.access_logging or ()
    named = [provider.name for entry in entries for provider in entry.providers or ()]
    return list(dict.fromkeys(named)) or [FILE_LOG]


def _spec(tracing: TracingSettings | None, scope: TelemetryScope, logs: Sequence[str]) -> dict[str, Any]:
    spec: dict[str, Any] = {}
    if tracing:
        spec["tracing"] = [_written_tracing(tracing)]
    if scope.access_logging:
        spec["accessLogging"] = [_written_log(one, logs) for one in scope.access_logging]
    if scope.metrics:
        spec["metrics"] = [one.model_dump(by_alias=True, exclude_none=True, mode="json") for one in scope.metrics]
    return spec


def _written_tracing(tracing: TracingSettings) -> dict[str, Any]:
    return tracing.model_dump(by_alias=True, exclude_none=True, mode="json")


def _written_log(entry: AccessLoggingSettings, logs: Sequence[str]) -> dict[str, Any]:
    written = entry.model_dump(by_alias=True, exclude_none=True, mode="json")
    return {"providers": [{"name": name} for name in logs], **written} if logs else written


def _selector(workload: WorkloadTelemetry) -> dict[str, Any]:
    return {"selector": {"matchLabels": dict(workload.selector.match_labels)}}


def _telemetry(name: str, namespace: str, spec: Mapping[str, object], reason: str | None) -> Manifest:
    annotations = {"annotations": {REASON: reason}} if reason else {}
    return {
        "apiVersion": "telemetry.istio.io/v1",
        "kind": "Telemetry",
        "metadata": {"name": name, "namespace": namespace, "labels": COMMON_LABELS, **annotations},
        "spec": dict(spec),
    }
