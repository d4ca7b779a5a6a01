"""Checks of the entries of a Telemetry: those of the kind itself, and whether what they name is there."""

from collections.abc import Iterator, Sequence
from typing import Any

from components.kinds.catalog import kinds
from components.kinds.certainty import certain_problems
from components.kinds.loading import Shape, shape_of_kind
from components.kinds.node import Node
from components.kinds.shape import shape_problems
from components.observability.telemetry.collectors import LOGGERS, METERS, TRACERS, Provider, provider_named
from components.observability.telemetry.settings import TelemetryScope
from components.resources.node import resource_node
from components.settings.later import imported_when_used
from components.settings.mesh import MeshSettings
from components.settings.problems import Path, Problem
from components.settings.wording import listed, shown, suggestion

with imported_when_used():
    from components.traffic.checks.telemetry import access_logging_problems, metrics_problems, tracing_problems

_KINDS = {"tracing": TRACERS, "accessLogging": LOGGERS, "metrics": METERS}
_NAMES = {"tracing": "spans", "accessLogging": "access logs", "metrics": "metrics"}


def entry_problems(
    settings: MeshSettings, scope: TelemetryScope, known: Sequence[Provider], path: Path
) -> Iterator[Problem]:
    """What Istio refuses in the entries of a scope, what its version lacks, and providers that are not there.

    The fields are those of a Telemetry, so its own checks find the same things at the same paths.
    """
    if not (scope.tracing or scope.access_logging or scope.metrics):
        return
    written: dict[str, Any] = scope.model_dump(by_alias=True, exclude_none=True, mode="json")
    node = Node(written, path)
    if scope.tracing:
        one = node.at("tracing")
        wrong = list(_shape_problems(one, "tracing", settings.istio.version))
        yield from wrong
        yield from certain_problems(tracing_problems(one), wrong, one)
        yield from _tag_problems(one.at("customTags"))
        yield from reference_problems(one.at("providers"), "tracing", known)
    for logging in node.at("accessLogging"):
        yield from access_logging_problems(logging)
        yield from reference_problems(logging.at("providers"), "accessLogging", known)
    for metrics in node.at("metrics"):
        wrong = list(_shape_problems(metrics, "metrics", settings.istio.version))
        yield from wrong
        yield from certain_problems(metrics_problems(metrics), wrong, metrics)
        yield from reference_problems(metrics.at("providers"), "metrics", known)


def given_reference_problems(settings: MeshSettings, known: Sequence[Provider]) -> Iterator[Problem]:
    """The same for the providers that a Telemetry of mesh.resources names."""
    for index, entry in enumerate(settings.resources):
        spec = resource_node(entry, index).at("spec") if entry.kind == "Telemetry" else None
        for part in _KINDS if spec else ():
            for one in spec.at(part) if spec else ():
                yield from reference_problems(one.at("providers"), part, known)


def reference_problems(references: Node, part: str, known: Sequence[Provider]) -> Iterator[Problem]:
    """Providers that nothing declares, or that cannot take what is sent to them.

    istiod leaves both out with a word in its log. Source: fetchProvider in pilot/pkg/model/telemetry.go, and IST0157.
    """
    for reference in references:
        name = reference.at("name").text
        found = provider_named(known, name) if name else None
        if name and found is None:
            fitting = [one.name for one in known if one.kind in _KINDS[part]]
            meant = suggestion(name, fitting)
            yield reference.at("name").problem(
                f"{shown(name)} is in neither telemetry.providers nor meshConfig.extensionProviders",
                f"Did you mean '{meant}'?" if meant else _declare(part, fitting),
            )
        elif found and found.kind not in _KINDS[part]:
            yield reference.at("name").problem(
                f"{shown(name)} is a provider of the kind {found.kind or 'unknown'}, which takes no {_NAMES[part]}",
                f"Name one of the kind {listed(sorted(_KINDS[part]))}",
            )


def _declare(part: str, fitting: Sequence[str]) -> str:
    if part == "tracing":
        return "Declare it in telemetry.providers, with `opentelemetry` or `zipkin`"
    return f"Declare it there, or name one of {listed(sorted(fitting))}"


def _tag_problems(tags: Node) -> Iterator[Problem]:
    for _, tag in tags.entries:
        if not tag.keys:
            yield tag.problem("is a tag without a value", "Give it one of literal, header, environment and formatter")


def _shape_problems(node: Node, part: str, istio: str) -> Iterator[Problem]:
    """What the CRD refuses beyond the models: keys that exclude each other, and what the version does not have."""
    yield from shape_problems(node, _entry_shape(part), istio)


def _entry_shape(part: str) -> Shape:
    whole = shape_of_kind(kinds()["telemetry.istio.io", "Telemetry"])
    entries = whole["properties"][part] if "properties" in whole else Shape()
    return entries.get("items", Shape())
