"""What telemetry of a production stack must not be."""

from collections.abc import Iterator

from components.kinds.node import Node
from components.kinds.reasons import REASON
from components.observability.telemetry.collectors import chosen_tracer
from components.observability.telemetry.settings import TelemetryScope
from components.resources.node import resource_node
from components.settings.mesh import MeshSettings
from components.settings.problems import Path, Problem

_MOST = 10
"""Percent of requests that may be traced without a reason. Each span costs CPU in the proxy, and storage."""
_ALL = 100


def telemetry_guard_rails(settings: MeshSettings) -> Iterator[Problem]:
    """Every request traced, and more than 10 % of them without a word about why. Also in `resources`."""
    telemetry = settings.telemetry
    if chosen_tracer(settings, telemetry.tracing):
        yield from _sampling_problems(telemetry, ("telemetry",), telemetry.default_sampling)
    for name, scope in telemetry.namespaces.items():
        path: Path = ("telemetry", "namespaces", name)
        yield from _sampling_problems(scope, path, None)
        for key, workload in scope.workloads.items():
            yield from _sampling_problems(workload, (*path, "workloads", key), None)
    for index, entry in enumerate(settings.resources):
        if entry.kind == "Telemetry" and REASON not in entry.metadata.annotations:
            yield from _raw_problems(resource_node(entry, index).at("spec", "tracing"))


def _sampling_problems(scope: TelemetryScope, path: Path, default: float | None) -> Iterator[Problem]:
    given = scope.tracing.random_sampling_percentage if scope.tracing else None
    percent = default if given is None else given
    here = (*path, "defaultSampling") if given is None else (*path, "tracing", "randomSamplingPercentage")
    if percent is None or percent <= _MOST:
        return
    if percent >= _ALL and path == ("telemetry",):
        rule = f"{percent:g} traces every request of the mesh, which production refuses"
        yield Problem(here, rule, "Choose 1 to 10, and more for a single workload below `namespaces`")
    elif scope.reason is None:
        yield Problem(
            (*path, "reason"),
            f"required in production, because {percent:g} % of the requests are traced here, more than {_MOST}",
            f"Say why and until when, for example `reason: latency of checkout until March`, or choose {_MOST} or less",
        )


def _raw_problems(tracing: Node) -> Iterator[Problem]:
    for entry in tracing:
        percent = entry.at("randomSamplingPercentage")
        if percent.number is not None and percent.number > _MOST:
            yield percent.problem(
                f"{percent.number:g} is more than {_MOST}, which production refuses without a reason",
                f"Choose {_MOST} or less, or say why in the annotation {REASON}",
            )
