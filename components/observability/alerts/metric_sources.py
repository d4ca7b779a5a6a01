"""Where a stack says which metrics proxies make, and checks of whether they make any for Prometheus."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, cast

from components.observability.alerts.metrics import metrics_of, recorded_metrics, telemetry_names
from components.observability.alerts.selection import ActiveAlert
from components.observability.telemetry.collectors import Provider, provider_named, providers
from components.observability.telemetry.settings import TelemetryScope
from components.settings.codes import Code
from components.settings.mesh import MeshSettings
from components.settings.problems import Path, Problem
from components.settings.wording import listed

_PROMETHEUS = "prometheus"
"""The kind of provider that makes metrics for Prometheus, and the name of Istio's own of that kind."""

_SWITCHES = (("telemetry", "enabled"), ("telemetry", "v2", "enabled"), ("telemetry", "v2", _PROMETHEUS, "enabled"))
"""Values of the chart istiod without which it has no default provider (`default-prometheus` of its _helpers.tpl)."""


@dataclass(frozen=True, kw_only=True)
class MetricScope:
    """What one Telemetry says about metrics."""

    path: Path
    """Where the stack file says it."""
    entries: Sequence[Mapping[str, Any]]
    """Its field `metrics`, in Istio's own words."""
    whole: bool
    """Whether it holds for the whole mesh, so that narrower ones inherit from it."""


def metric_scopes(settings: MeshSettings) -> Iterator[MetricScope]:
    """The field `metrics` of every Telemetry of the stack: of `resources`, of the mesh, of namespaces, of workloads."""
    root = settings.control_plane.namespace
    for index, resource in enumerate(settings.resources):
        if resource.kind == "Telemetry":
            narrow = resource.spec.get("selector") or resource.spec.get("targetRefs")
            path: Path = ("resources", index, "spec", "metrics")
            whole = resource.metadata.namespace == root and not narrow
            yield MetricScope(path=path, entries=maps(resource.spec.get("metrics")), whole=whole)
    yield _own(settings.telemetry, ("telemetry",), whole=True)
    for name, namespace in settings.telemetry.namespaces.items():
        path = ("telemetry", "namespaces", name)
        yield _own(namespace, path, whole=False)
        for key, workload in namespace.workloads.items():
            yield _own(workload, (*path, "workloads", key), whole=False)


def source_problems(settings: MeshSettings, active: Iterable[ActiveAlert]) -> Iterator[Problem]:
    """Scopes, and defaults of the mesh, that leave proxies without metrics for Prometheus.

    Source: mergeMetrics in pilot/pkg/model/telemetry.go of Istio, where the providers of the narrowest Telemetry that
    names some replace all others, and meshConfig.defaultProviders is what the first one begins with.
    """
    known, need = providers(settings), _need(active)
    whole = False
    for scope in metric_scopes(settings):
        naming = [(index, entry["providers"]) for index, entry in enumerate(scope.entries) if entry.get("providers")]
        if not naming:
            continue
        index, last = naming[-1]
        kinds = _kinds(known, [one.get("name") for one in maps(last)])
        # One that is not known has been told of as such.
        if None not in kinds and _PROMETHEUS not in kinds:
            rule = f"names no provider of the kind {_PROMETHEUS} and replaces the others, so that proxies do not make"
            path: Path = (*scope.path, index, "providers")
            yield Problem(path, f"{rule} {need}", f"Add `{{name: {_PROMETHEUS}}}`", Code.ALERTS)
        whole = whole or scope.whole
    # A Telemetry of the mesh that names providers leaves nothing to the defaults.
    if not whole:
        yield from _default_problems(settings, known, need)


def maps(value: object) -> list[Mapping[str, Any]]:
    """The maps of a list; nothing of what has another form, which the checks of its kind refuse."""
    items = cast("list[object]", value) if isinstance(value, list) else []
    return [cast("Mapping[str, Any]", one) for one in items if isinstance(one, Mapping)]


def _own(scope: TelemetryScope, path: Path, *, whole: bool) -> MetricScope:
    entries = [one.model_dump(by_alias=True, exclude_none=True, mode="json") for one in scope.metrics or ()]
    return MetricScope(path=(*path, "metrics"), entries=entries, whole=whole)


def _default_problems(settings: MeshSettings, known: Sequence[Provider], need: str) -> Iterator[Problem]:
    """Defaults of MeshConfig without Prometheus. The chart has it there only where a stack gives none of its own."""
    if given := settings.mesh_config.default_providers:
        metrics = given.get("metrics")
        if _PROMETHEUS not in _kinds(known, cast("list[object]", metrics) if isinstance(metrics, list) else []):
            yield Problem(
                ("meshConfig", "defaultProviders", "metrics"),
                f"names no provider of the kind {_PROMETHEUS}, and without one in defaultProviders proxies do not make "
                f"{need}",
                f"Add `metrics: [{_PROMETHEUS}]`",
                Code.ALERTS,
            )
        return
    for switch in _SWITCHES:
        if _at(settings.istio.extra_values.istiod, switch) is False:
            yield Problem(
                ("istio", "extraValues", "istiod", *switch),
                f"false, so that proxies do not make {need}",
                f"Remove it, or give meshConfig `defaultProviders: {{metrics: [{_PROMETHEUS}]}}`",
                Code.ALERTS,
            )


def _kinds(known: Sequence[Provider], names: Iterable[object]) -> list[str | None]:
    """The kind of each of these providers; None for one that there is not."""
    found = [provider_named(known, name) if isinstance(name, str) else None for name in names]
    return [one.kind if one else None for one in found]


def _need(active: Iterable[ActiveAlert]) -> str:
    """The metrics that proxies would not make, and who needs them."""
    made = {name for name, told in telemetry_names().items() if told}
    needing = {one.template.name: found for one in active if (found := metrics_of(one.template) & made)}
    alerts, lost = list(needing), set[str]().union(*needing.values()) or made & recorded_metrics()
    whom = f"the alerts {listed(alerts)}" if alerts else "the recording rules"
    return f"{listed(sorted(lost))}, which {whom} need"


def _at(values: object, path: Sequence[str]) -> object:
    for key in path:
        values = cast("Mapping[str, object]", values).get(key) if isinstance(values, Mapping) else None
    return values
