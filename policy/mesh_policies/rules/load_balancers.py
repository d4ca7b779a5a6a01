"""Who may connect to a load balancer."""

from collections.abc import Iterator
from typing import Any

from mesh_policies.findings import Finding
from mesh_policies.helm import chart_of
from mesh_policies.policy import Policy
from mesh_policies.resources import UNKNOWN, Path, Resource, at, entries, walk
from mesh_policies.rules.signature import Parameters

_EVERYBODY = ("0.0.0.0/0", "::/0")
_FIX = "Name the ranges of those who may"


def public(resource: Resource, policy: Policy, parameters: Parameters) -> Iterator[Finding]:
    """Services of type LoadBalancer, own ones and those of charts, without source ranges and without a reason."""
    for path, service, annotations in _balanced(resource):
        excused = at(annotations, policy.acknowledgement or "")
        inside = any(at(annotations, key) == value for key, value in parameters["internal"].items())
        if inside or (isinstance(excused, str) and excused.strip()):
            continue
        here = (*path, "loadBalancerSourceRanges")
        ranges = at(service, "loadBalancerSourceRanges")
        if ranges is UNKNOWN:
            continue
        if not ranges:
            yield Finding(here, "missing, so that everybody may connect", _FIX)
        for index, one in enumerate(entries(ranges)):
            if one in _EVERYBODY:
                yield Finding((*here, index), f"{one} is everybody", _FIX)


def _balanced(resource: Resource) -> Iterator[tuple[Path, Any, Any]]:
    """Every Service of type LoadBalancer: where its ranges are written, its fields, and its annotations."""
    if resource.is_a("core", "Service") and not resource.partial:
        spec = resource.at("spec")
        if at(spec, "type") == "LoadBalancer":
            yield ("spec",), spec, resource.at("metadata", "annotations")
    chart = chart_of(resource)
    if chart is None:
        return
    if chart.name == "gateway":
        service = at(chart.values, "service")
        # None is the type that the chart sets (manifests/charts/gateway/values.yaml).
        if at(service, "type") in (None, "LoadBalancer"):
            yield ("values", "service"), service, at(service, "annotations")
        return
    for path, one in walk(chart.values, ("values",)):
        if path[-1] == "service" and at(one, "type") == "LoadBalancer":
            yield path, one, at(one, "annotations")
