"""Telemetry resources."""

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from components.observability.telemetry.api import AccessLoggingSettings, TracingSettings
from components.observability.telemetry.collectors import chosen_tracer
from components.observability.telemetry.settings import NamespaceTelemetry, TelemetryScope, WorkloadTelemetry
from components.platform.labels import COMMON_LABELS
from components.platform.manifest import Manifest
from components.settings.mesh import MeshSettings
from components.settings.problems import Path

MESH_WIDE = "mesh-default"
"""The name of the Telemetry of the whole mesh; Istio's own convention (istio.io/latest/docs/tasks/observability)."""

NAMESPACE_WIDE = "namespace-default"
"""The name of the Telemetry of a namespace."""

REASON = "istio-mesh/reason"
"""The annotation that says why so many requests are traced."""

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
    """What a namespace or workload says, in Istio's own words; empty when it says nothing.

    It names a log of its own only where the mesh names none: istiod takes an entry without a provider for nothing then.
    """
    return _spec(scope.tracing, scope.access_logging, scope, names_log=settings.telemetry.access_logging is None)


def _mesh_wide(settings: MeshSettings) -> dict[str, Any]:
    scope = settings.telemetry
    tracer = chosen_tracer(settings, scope.tracing)
    spec = _spec(None, scope.access_logging, scope, names_log=not _default_logs(settings))
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


def _default_logs(settings: MeshSettings) -> bool:
    return bool((settings.mesh_config.default_providers or {}).get("accessLogging"))


def _spec(
    tracing: TracingSettings | None,
    logging: Sequence[AccessLoggingSettings] | None,
    scope: TelemetryScope,
    *,
    names_log: bool,
) -> dict[str, Any]:
    spec: dict[str, Any] = {}
    if tracing:
        spec["tracing"] = [_written_tracing(tracing)]
    if logging:
        spec["accessLogging"] = [_written_log(one, names_log=names_log) for one in logging]
    if scope.metrics:
        spec["metrics"] = [one.model_dump(by_alias=True, exclude_none=True, mode="json") for one in scope.metrics]
    return spec


def _written_tracing(tracing: TracingSettings) -> dict[str, Any]:
    return tracing.model_dump(by_alias=True, exclude_none=True, mode="json")


def _written_log(entry: AccessLoggingSettings, *, names_log: bool) -> dict[str, Any]:
    written = entry.model_dump(by_alias=True, exclude_none=True, mode="json")
    return {"providers": [{"name": FILE_LOG}], **written} if names_log else written


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
