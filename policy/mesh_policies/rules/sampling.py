"""How many requests are traced."""

from collections.abc import Iterator

from mesh_policies.findings import Finding
from mesh_policies.helm import chart_of
from mesh_policies.policy import Policy
from mesh_policies.resources import Path, Resource, at, entries, number
from mesh_policies.rules.signature import Parameters

_ISTIOD: tuple[Path, ...] = (
    ("meshConfig", "defaultConfig", "tracing", "sampling"),
    ("traceSampling",),
    ("pilot", "traceSampling"),
    ("env", "PILOT_TRACE_SAMPLING"),
    ("pilot", "env", "PILOT_TRACE_SAMPLING"),
)
"""Where istiod's chart takes the mesh's own percentage from (pilot/pkg/networking/core/tracing.go has their order)."""

_DEMO = "demo"
"""The profile of Istio's charts that traces every request (manifests/helm-profiles/demo.yaml)."""


def small(resource: Resource, _policy: Policy, parameters: Parameters) -> Iterator[Finding]:
    """Telemetries and releases of istiod that trace more than the largest percentage."""
    maximum: float = parameters["maximum"]
    for path, given in _percentages(resource):
        found = number(given)
        if found is not None and found > maximum:
            yield Finding(path, f"{found:g} % is more than {maximum:g} %", f"Set it to {maximum:g} or less")


def _percentages(resource: Resource) -> Iterator[tuple[Path, object]]:
    if resource.is_a("telemetry.istio.io", "Telemetry"):
        for index, one in enumerate(entries(resource.at("spec", "tracing"))):
            path: Path = ("spec", "tracing", index, "randomSamplingPercentage")
            yield path, at(one, "randomSamplingPercentage")
    chart = chart_of(resource)
    if chart is None or chart.name != "istiod":
        return
    given = [(("values", *path), at(chart.values, *path)) for path in _ISTIOD]
    yield from given
    path, profile = chart.value(("profile",), ("global", "profile"))
    if profile == _DEMO and all(value is None for _, value in given):
        yield path, 100
