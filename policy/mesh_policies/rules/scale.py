"""How often istiod and gateways run, and what keeps them running."""

from collections.abc import Iterator
from typing import Any

from mesh_policies.findings import Finding
from mesh_policies.helm import Chart, chart_of
from mesh_policies.policy import Policy
from mesh_policies.resources import UNKNOWN, Path, Resource, at, number
from mesh_policies.rules.signature import Parameters

_GATEWAY_TEMPLATE = "inject.istio.io/templates"


def replicas(resource: Resource, _policy: Policy, parameters: Parameters) -> Iterator[Finding]:
    """Releases, Deployments and autoscalers of istiod and of gateways that may go below the smallest number."""
    minimum: float = parameters["minimum"]
    for path, scale in _scales(resource):
        found = number(scale)
        if found is not None and found < minimum:
            yield Finding(path, f"{found:g} is below {minimum:g} replicas", f"Set it to {minimum:g} or more")


def disruption_budget(resource: Resource, _policy: Policy, _parameters: Parameters) -> Iterator[Finding]:
    """Releases whose chart makes no PodDisruptionBudget.

    Istiod's makes one unless that is switched off, a gateway's none unless it is told one (poddisruptionbudget.yaml).
    """
    chart = chart_of(resource)
    if chart and chart.name == "istiod":
        path, enabled = chart.value(("global", "defaultPodDisruptionBudget", "enabled"))
        if enabled is False:
            yield Finding(path, "false switches the disruption budget off", "Remove it")
    if chart and chart.name == "gateway":
        path, budget = chart.value(("podDisruptionBudget",))
        if not budget:
            yield Finding(path, "missing, and the chart makes none by itself", "Set it to {minAvailable: 1}")


def _scales(resource: Resource) -> Iterator[tuple[Path, Any]]:
    """What decides about the number of replicas, with the charts' defaults where a release says nothing."""
    chart = chart_of(resource)
    if chart and chart.name == "istiod":
        yield _istiod(chart)
    elif chart and chart.name == "gateway":
        yield _gateway(chart)
    elif resource.is_a("apps", "Deployment") and _of_istio(resource):
        yield ("spec", "replicas"), resource.at("spec", "replicas")
    elif resource.is_a("autoscaling", "HorizontalPodAutoscaler") and _of_istio(resource):
        lowest = resource.at("spec", "minReplicas")
        # Kubernetes' own default (kubernetes.io/docs/reference/kubernetes-api, HorizontalPodAutoscaler).
        yield ("spec", "minReplicas"), 1 if lowest is None and not resource.partial else lowest


def _istiod(chart: Chart) -> tuple[Path, Any]:
    _, scaled = chart.value(("autoscaleEnabled",), ("pilot", "autoscaleEnabled"))
    key = "replicaCount" if scaled is False else "autoscaleMin"
    path, found = chart.value((key,), ("pilot", key))
    return path, UNKNOWN if scaled is UNKNOWN else found if found is not None else 1


def _gateway(chart: Chart) -> tuple[Path, Any]:
    _, scaled = chart.value(("autoscaling", "enabled"))
    path, found = chart.value(("replicaCount",) if scaled is False else ("autoscaling", "minReplicas"))
    return path, UNKNOWN if scaled is UNKNOWN else found if found is not None else 1


def _of_istio(resource: Resource) -> bool:
    """Whether an object is one that Istio's charts render for istiod or for a gateway."""
    template = resource.at("spec", "template", "metadata", "annotations")
    label = resource.at("metadata", "labels", "app")
    part = resource.at("metadata", "labels", "app.kubernetes.io/part-of")
    return label == "istiod" or part == "istio" or at(template, _GATEWAY_TEMPLATE) == "gateway"
