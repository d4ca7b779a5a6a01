"""Helm values of the chart istiod."""

from collections.abc import Mapping

from components.control_plane.settings import ControlPlaneSettings
from components.mesh_config.settings import MeshConfigSettings
from components.mesh_config.sidecars import ProxySettings
from components.mesh_config.values import mesh_config_values, proxy_values
from components.settings.scheduling import scheduling_values

PODS = {"app": "istiod"}
"""The label of istiod's pods in the chart (templates/deployment.yaml)."""


LOCAL_XDS = "--grpcAddr=127.0.0.1:15010"
"""Keeps configuration in plain text within istiod's pod.

An empty address would not: istiod then serves it on 8080 (initServers in pilot/pkg/bootstrap/server.go of Istio 1.29).
"""


def istiod_values(
    control_plane: ControlPlaneSettings,
    mesh_config: MeshConfigSettings,
    proxy: ProxySettings,
    implied: Mapping[str, str] | None = None,
) -> dict[str, object]:
    """Values of istiod, in the chart's own names; None stands for the chart's default.

    `implied` are environment variables that follow from other settings; those of the settings themselves win.
    """
    return {
        **_scale(control_plane),
        **scheduling_values(control_plane, PODS),
        "resources": control_plane.resources.model_dump(by_alias=True),
        "env": {**(implied or {}), **control_plane.env},
        "extraContainerArgs": [*([] if control_plane.plaintext_xds else [LOCAL_XDS]), *control_plane.extra_args]
        or None,
        "meshConfig": mesh_config_values(mesh_config),
        "global": {**_global(control_plane), "proxy": proxy_values(proxy)},
    }


def _scale(control_plane: ControlPlaneSettings) -> dict[str, object]:
    scaling = control_plane.autoscaling
    budget = control_plane.pod_disruption_budget
    return {
        "autoscaleEnabled": scaling.enabled,
        "autoscaleMin": scaling.min_replicas if scaling.enabled else None,
        "autoscaleMax": scaling.max_replicas if scaling.enabled else None,
        "cpu": {"targetAverageUtilization": scaling.target_cpu_utilization_percentage} if scaling.enabled else None,
        "replicaCount": None if scaling.enabled else control_plane.smallest_scale,
        "pdb": {"minAvailable": budget.min_available} if budget else None,
    }


def _global(control_plane: ControlPlaneSettings) -> dict[str, object]:
    policy = control_plane.network_policy
    return {
        "istioNamespace": control_plane.namespace,
        # The chart has a budget of one replica unless it is switched off.
        "defaultPodDisruptionBudget": {"enabled": control_plane.pod_disruption_budget is not None},
        "priorityClassName": control_plane.priority_class_name,
        "logging": {"level": control_plane.log_level},
        "logAsJson": control_plane.log_as_json,
        "networkPolicy": {"enabled": policy.enabled} if policy else None,
    }
