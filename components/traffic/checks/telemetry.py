"""Checks of Telemetry: access logs, traces and metrics."""

from collections.abc import Iterator

from components.kinds.node import Node
from components.kinds.resource import Resource
from components.settings.problems import Problem
from components.settings.wording import shown
from components.traffic.checks.cel import cel_fault
from components.traffic.checks.policy_targets import policy_target_problems
from components.traffic.checks.values import duration_problems

_BOTH = "CLIENT_AND_SERVER"
"""The mode of an entry without a match."""


def telemetry_problems(resource: Resource) -> Iterator[Problem]:
    """A Telemetry that Istio refuses or warns about. Whether providers exist is seen where meshConfig is known.

    Source: ValidateTelemetry of Istio's pkg/config/validation/validation.go.
    """
    spec = resource.spec
    yield from policy_target_problems(spec)
    for logging in spec.at("accessLogging"):
        yield from access_logging_problems(logging)
    yield from _one_tracing_problems(spec.at("tracing"))
    for tracing in spec.at("tracing"):
        yield from tracing_problems(tracing)
    for metrics in spec.at("metrics"):
        yield from metrics_problems(metrics)


def access_logging_problems(logging: Node) -> Iterator[Problem]:
    """An access log with a filter that says nothing, or that is not CEL.

    Source: validateTelemetryAccessLogging of Istio's pkg/config/validation/validation.go, which looks for an empty one.
    """
    expression = logging.at("filter", "expression")
    if logging.has("filter") and not (expression.text or "").strip():
        yield expression.problem(
            "is empty, which is not a CEL expression", "For example: 'response.code >= 400', or remove the filter"
        )
    else:
        yield from cel_problems(expression, "response.code >= 400")


def cel_problems(expression: Node, example: str) -> Iterator[Problem]:
    """A text that is not CEL: Envoy refuses the whole listener for it, after istiod has accepted it."""
    fault = cel_fault(expression.text) if expression.text else None
    if fault:
        yield expression.problem(
            f"{shown(expression.text)} is not a CEL expression that Envoy takes: {fault}", f"For example: '{example}'"
        )


def tracing_problems(tracing: Node) -> Iterator[Problem]:
    """Traces with several providers, or tags without a name.

    Source: validateTelemetryTracing of Istio's pkg/config/validation/validation.go.
    """
    providers = tracing.at("providers")
    for extra in providers.items[1:]:
        yield extra.problem("a second provider, of which Istio takes only the first", "Keep one")
    for name, tag in tracing.at("customTags").entries:
        if not name:
            yield tag.problem("is a tag without a name", "Name the tag")


def metrics_problems(metrics: Node) -> Iterator[Problem]:
    """Metrics with an interval that Istio does not take, or tags without the expression they need.

    Source: validateTelemetryMetrics of Istio's pkg/config/validation/validation.go; the interval is a rule of the CRD.
    """
    yield from duration_problems(metrics.at("reportingInterval"))
    for override in metrics.at("overrides"):
        for name, tag in override.at("tagOverrides").entries:
            yield from tag_override_problems(name, tag)


def tag_override_problems(name: str, tag: Node) -> Iterator[Problem]:
    """One entry of tagOverrides: UPSERT, which is the default, needs a value; REMOVE takes none."""
    if not name:
        yield tag.problem("is the override of a tag without a name", "Name the tag")
    value, operation = tag.at("value"), tag.at("operation").text or "UPSERT"
    if operation == "UPSERT" and not value.text:
        yield value.problem(
            "required for the operation UPSERT, which is the default, but missing",
            "Give it an expression, for example `value: request.host`, or use `operation: REMOVE`",
        )
    elif operation == "REMOVE" and value.text:
        yield value.problem("has no effect with the operation REMOVE", "Remove it, or use UPSERT")
    else:
        yield from cel_problems(value, "request.host")


def _one_tracing_problems(tracing: Node) -> Iterator[Problem]:
    """Entries for the same side of a connection, of which the later one overrides the earlier one.

    Istio warns of every second entry, but carries out one for clients and one for servers (Tracing of
    pilot/pkg/model/telemetry.go), so that these two are let pass.
    """
    seen: set[str] = set()
    for entry in tracing:
        mode = entry.at("match", "mode").text or _BOTH
        sides = {"CLIENT", "SERVER"} if mode == _BOTH else {mode}
        if sides & seen:
            yield entry.problem(
                "a second entry for the same mode, which would override the one before it",
                "Keep one, or give one `match: {mode: CLIENT}` and the other `match: {mode: SERVER}`",
            )
        seen |= sides
