"""Helm values of the chart istiod."""

from components.control_plane.settings import ControlPlaneSettings


def istiod_values(control_plane: ControlPlaneSettings) -> dict[str, object]:
    """Values of istiod, in the chart's own names; None stands for the chart's default."""
    scaling = control_plane.autoscaling
    budget = control_plane.pod_disruption_budget
    return {
        "autoscaleEnabled": scaling.enabled,
        "autoscaleMin": scaling.min_replicas if scaling.enabled else None,
        "autoscaleMax": scaling.max_replicas if scaling.enabled else None,
        "cpu": {"targetAverageUtilization": scaling.target_cpu_utilization_percentage} if scaling.enabled else None,
        "replicaCount": None if scaling.enabled else control_plane.smallest_scale,
        "pdb": {"minAvailable": budget.min_available} if budget else None,
        "resources": control_plane.resources.model_dump(by_alias=True),
        "global": {
            "istioNamespace": control_plane.namespace,
            # The chart has a budget of one replica unless it is switched off.
            "defaultPodDisruptionBudget": {"enabled": budget is not None},
        },
    }
