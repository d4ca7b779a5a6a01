"""Checks of several Telemetries for the same proxies."""

from collections.abc import Iterator

from components.settings.problems import Problem, render_path
from components.traffic.model import TrafficModel
from components.traffic.part import Part

_KEY = ("telemetry.istio.io", "Telemetry")


def telemetry_problems(model: TrafficModel) -> Iterator[Problem]:
    """A Telemetry of mesh.resources for the same proxies as another one of the stack.

    Of those without a selector istiod takes the oldest of a namespace, and of those with the same one the newest
    overrides the others (namespaceWideTelemetryConfig and applicableTelemetries in pilot/pkg/model/telemetry.go); a
    file does not say which that is. Two that are derived are told apart where they come from.
    """
    first: dict[tuple[str, frozenset[tuple[str, str | None]]], Part] = {}
    for part in sorted(model.by_kind.get(_KEY, []), key=lambda one: one.given):
        if part.spec.has("targetRef") or part.spec.has("targetRefs") or not part.judged:
            continue
        labels = frozenset((key, one.text) for key, one in part.spec.at("selector", "matchLabels").entries)
        earlier = first.setdefault((part.namespace, labels), part)
        if part.given and not part.twin_of(earlier):
            yield _same_proxies(part, earlier, whole=not labels)


def _same_proxies(part: Part, earlier: Part, *, whole: bool) -> Problem:
    path = earlier.resource.node.path if earlier.origin is None else earlier.origin
    if whole:
        everybody = "the whole mesh" if path == ("telemetry",) else f"all proxies of {part.namespace}"
        rule = f"is for {everybody}, as {render_path(path)} is, and Istio takes the older one only"
    else:
        rule = f"selects the same pods as {render_path(path)}, and which one holds depends on their age"
    return part.resource.node.problem(rule, "Put the two together, or give it another selector")
