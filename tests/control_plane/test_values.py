"""Helm values of the chart istiod."""

from typing import Any

from components.control_plane.values import istiod_values
from components.platform.helm import without_none
from tests.support.stacks import DEMO, PRODUCTION, demo_with, production_with, settings_of


def demo_values() -> dict[str, Any]:
    """What the chart is given in the small demo stack."""
    return without_none(istiod_values(settings_of(DEMO).control_plane))


def production_values() -> dict[str, Any]:
    """What the chart is given in the small production stack."""
    return without_none(istiod_values(settings_of(PRODUCTION).control_plane))


def test_demo_values_in_full() -> None:
    assert demo_values() == {
        "autoscaleEnabled": False,
        "replicaCount": 1,
        "resources": {"requests": {"cpu": "10m", "memory": "100Mi"}},
        "global": {"istioNamespace": "istio-system", "defaultPodDisruptionBudget": {"enabled": False}},
    }, "whatever is not listed is the chart's own default"


def test_production_values_in_full() -> None:
    assert production_values() == {
        "autoscaleEnabled": True,
        "autoscaleMin": 2,
        "autoscaleMax": 5,
        "cpu": {"targetAverageUtilization": 80},
        "pdb": {"minAvailable": 1},
        "resources": {
            "requests": {"cpu": "500m", "memory": "2Gi"},
            "limits": {"cpu": "2", "memory": "4Gi"},
        },
        "global": {"istioNamespace": "istio-system", "defaultPodDisruptionBudget": {"enabled": True}},
    }, "whatever is not listed is the chart's own default"


def test_a_fixed_number_of_replicas_is_given_without_an_autoscaler() -> None:
    values = without_none(istiod_values(demo_with("controlPlane.replicaCount", 3).control_plane))
    assert values["replicaCount"] == 3, "the chart would run one"


def test_an_autoscaler_and_a_number_of_replicas_are_never_given_together() -> None:
    assert "replicaCount" not in production_values(), "each upgrade would undo what the autoscaler did"


def test_without_a_budget_the_charts_own_is_switched_off() -> None:
    values = without_none(istiod_values(production_with("controlPlane.podDisruptionBudget", None).control_plane))
    assert values["global"]["defaultPodDisruptionBudget"] == {"enabled": False}, "the chart has one unless told so"
