"""Helm values of the chart istiod for istiod itself."""

from typing import Any

from components.control_plane.values import istiod_values
from components.platform.helm import without_none
from components.settings.mesh import MeshSettings
from tests.support.stacks import DEMO, PRODUCTION, demo_with, production_with, settings_of


def values_of(mesh: MeshSettings) -> dict[str, Any]:
    """What the chart is given, without what belongs to MeshConfig and the sidecars."""
    values = without_none(istiod_values(mesh.control_plane, mesh.mesh_config, mesh.proxy))
    shared = {key: value for key, value in values["global"].items() if key != "proxy"}
    return {key: value for key, value in values.items() if key != "meshConfig"} | {"global": shared}


def test_demo_values_in_full() -> None:
    assert values_of(settings_of(DEMO)) == {
        "autoscaleEnabled": False,
        "replicaCount": 1,
        "resources": {"requests": {"cpu": "10m", "memory": "100Mi"}},
        "global": {"istioNamespace": "istio-system", "defaultPodDisruptionBudget": {"enabled": False}},
    }, "whatever is not listed is the chart's own default"


def test_production_values_in_full() -> None:
    assert values_of(settings_of(PRODUCTION)) == {
        "autoscaleEnabled": True,
        "autoscaleMin": 2,
        "autoscaleMax": 5,
        "cpu": {"targetAverageUtilization": 80},
        "pdb": {"minAvailable": 1},
        "resources": {
            "requests": {"cpu": "500m", "memory": "2Gi"},
            "limits": {"cpu": "2", "memory": "4Gi"},
        },
        "topologySpreadConstraints": [
            {
                "labelSelector": {"matchLabels": {"app": "istiod"}},
                "maxSkew": 1,
                "topologyKey": "topology.kubernetes.io/zone",
                "whenUnsatisfiable": "ScheduleAnyway",
            }
        ],
        "env": {"ENABLE_DEBUG_ON_HTTP": "false", "PILOT_SCOPE_GATEWAY_TO_NAMESPACE": "true"},
        "extraContainerArgs": ["--grpcAddr=127.0.0.1:15010"],
        "global": {
            "istioNamespace": "istio-system",
            "defaultPodDisruptionBudget": {"enabled": True},
            "priorityClassName": "system-cluster-critical",
        },
    }, "whatever is not listed is the chart's own default"


def test_a_fixed_number_of_replicas_is_given_without_an_autoscaler() -> None:
    values = values_of(demo_with("controlPlane.replicaCount", 3))
    assert values["replicaCount"] == 3, "the chart would run one"


def test_an_autoscaler_and_a_number_of_replicas_are_never_given_together() -> None:
    assert "replicaCount" not in values_of(settings_of(PRODUCTION)), "each upgrade would undo what the autoscaler did"


def test_without_a_budget_the_charts_own_is_switched_off() -> None:
    values = values_of(production_with("controlPlane.podDisruptionBudget", None))
    assert values["global"]["defaultPodDisruptionBudget"] == {"enabled": False}, "the chart has one unless told so"


def test_the_environment_of_istiod_is_given_by_name() -> None:
    env = {"PILOT_PUSH_THROTTLE": "100", "PILOT_DEBOUNCE_AFTER": "100ms", "PILOT_DEBOUNCE_MAX": "10s"}
    assert values_of(demo_with("controlPlane.env", env))["env"] == env, "istiod is tuned by its environment"


def test_tolerations_keep_their_defaults_in_kubernetes_words() -> None:
    values = values_of(demo_with("controlPlane.tolerations", [{"key": "mesh", "effect": "NoSchedule"}]))
    assert values["tolerations"] == [{"key": "mesh", "operator": "Equal", "effect": "NoSchedule"}], (
        "the chart copies them into the pod as they are"
    )


def test_a_selector_of_the_stack_counts_other_pods_than_istiods_own() -> None:
    own = {"topologyKey": "kubernetes.io/hostname", "labelSelector": {"matchLabels": {"tier": "mesh"}}}
    (spread,) = values_of(demo_with("controlPlane.topologySpreadConstraints", [own]))["topologySpreadConstraints"]
    assert spread["labelSelector"] == {"matchLabels": {"tier": "mesh"}}, "what the stack says goes first"


def test_logs_network_policy_and_priority_reach_the_global_values() -> None:
    mesh = demo_with("controlPlane.logLevel", "default:info,ads:debug")
    control = mesh.control_plane.model_copy(update={"log_as_json": True})
    values = values_of(mesh.model_copy(update={"control_plane": control}))
    assert values["global"]["logging"] == {"level": "default:info,ads:debug"}, "istiod's log scopes"
    assert values["global"]["logAsJson"] is True, "the chart passes it as --log_as_json"
    guarded = values_of(demo_with("controlPlane.networkPolicy", {"enabled": True}))
    assert guarded["global"]["networkPolicy"] == {"enabled": True}, "only istiod's own ports stay open"
