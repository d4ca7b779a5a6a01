"""Room on the nodes for what the stack installs."""

from typing import Any

import pytest

from components.settings.mesh import MeshSettings
from operations.precheck.amounts import quantity
from operations.precheck.capacity import check_capacity, pod_requests
from operations.precheck.findings import Level
from tests.operations.precheck.conftest import ClusterWith, node, said
from tests.support.stacks import DEMO, changed, demo_with, settings_of


@pytest.mark.parametrize(
    ("text", "value"),
    [("500m", 0.5), ("2", 2), (4, 4), ("100n", 1e-7), ("1e3", 1000), ("1Ki", 1024), ("1.5Gi", 1.5 * 2**30), ("x", 0)],
)
def test_a_quantity_of_kubernetes_is_read(text: object, value: float) -> None:
    assert quantity(text) == pytest.approx(value), "as apimachinery's resource.Quantity"


def _container(cpu: str, **more: str) -> dict[str, Any]:
    return {"resources": {"requests": {"cpu": cpu}}, **more}


def test_a_pod_asks_for_the_larger_of_its_start_and_its_run() -> None:
    init = [_container("300m"), _container("100m", restartPolicy="Always"), _container("1")]
    spec: dict[str, Any] = {"containers": [_container("200m"), _container("500m")], "initContainers": init}
    assert pod_requests({"spec": spec}).cpu == pytest.approx(1.1), "a sidecar runs beside the last init container"
    assert pod_requests({"spec": spec | {"initContainers": init[:2]}}).cpu == pytest.approx(0.8), "and beside the pod"


def test_nodes_without_room_are_told(cluster_with: ClusterWith) -> None:
    settings = demo_with("controlPlane.resources", {"requests": {"cpu": "500m", "memory": "1Gi"}})
    nodes = [node("one", cpu="1", memory="4Gi"), node("off", unschedulable=True)]
    pods = [{"metadata": {}, "spec": {"nodeName": "one", "containers": [_container("600m")]}}]
    assert said(*check_capacity(settings, cluster_with(nodes=nodes, pods=pods))) == [
        (
            "warning",
            "a pod of istiod asks for 0.50 cores and 1024 MiB, and no node has that much left (0.40 cores and 4096 MiB "
            "are free in all)",
            "Add a node, unless an autoscaler does, or lower resources.requests",
        )
    ], "an autoscaler may add one, so it is not refused"


def test_a_pod_that_no_node_can_ever_take_is_refused(cluster_with: ClusterWith) -> None:
    settings = demo_with("controlPlane.resources", {"requests": {"cpu": "8", "memory": "1Gi"}})
    assert said(*check_capacity(settings, cluster_with())) == [
        (
            "refused",
            "a pod of istiod asks for 8.00 cores and 1024 MiB, more than any node has",
            "Add a larger node, or lower resources.requests of istiod",
        )
    ]


@pytest.mark.parametrize(
    "spec", [{"unschedulable": True}, {"taints": [{"key": "a", "effect": "NoSchedule"}]}], ids=["cordoned", "tainted"]
)
def test_a_node_that_takes_no_pods_does_not_count(
    settings: MeshSettings, cluster_with: ClusterWith, spec: dict[str, Any]
) -> None:
    assert said(*check_capacity(settings, cluster_with(nodes=[node("one", **spec)]))) == [
        ("refused", "no node takes pods", "Add a node, or look at `kubectl get nodes`")
    ]


INFRA: dict[str, Any] = {"taints": [{"key": "infra", "value": "mesh", "effect": "NoSchedule"}]}


def infra_stack(**scheduling: object) -> MeshSettings:
    """A stack whose istiod and gateway say where they run."""
    document = changed(DEMO, "controlPlane", scheduling)
    return settings_of(changed(document, "gateways.ingressgateway", DEMO["gateways"]["ingressgateway"] | scheduling))


@pytest.mark.parametrize(
    "toleration",
    [
        {"key": "infra", "operator": "Exists"},
        {"operator": "Exists"},
        {"key": "infra", "value": "mesh", "effect": "NoSchedule"},
    ],
)
def test_a_taint_that_is_tolerated_keeps_nothing_away(cluster_with: ClusterWith, toleration: dict[str, str]) -> None:
    (found,) = check_capacity(infra_stack(tolerations=[toleration]), cluster_with(nodes=[node("one", **INFRA)]))
    assert found.level is Level.OK, "nodes for the mesh alone are usual"


@pytest.mark.parametrize("toleration", [{"key": "gpu", "operator": "Exists"}, {"key": "infra", "value": "other"}])
def test_another_toleration_does_not_help(cluster_with: ClusterWith, toleration: dict[str, str]) -> None:
    found = check_capacity(infra_stack(tolerations=[toleration]), cluster_with(nodes=[node("one", **INFRA)]))
    assert said(*found) == [("refused", "no node takes pods", "Add a node, or look at `kubectl get nodes`")]


def test_a_node_selector_that_no_node_has_is_refused(cluster_with: ClusterWith) -> None:
    settings = demo_with("controlPlane.nodeSelector", {"pool": "mesh"})
    assert said(*check_capacity(settings, cluster_with())) == [
        (
            "refused",
            "no node takes a pod of istiod: none has its nodeSelector's labels and only taints it tolerates",
            "Label a node, or change nodeSelector or tolerations of istiod",
        )
    ], "the pod would be pending for good"


def test_a_node_selector_counts_only_the_room_of_its_nodes(cluster_with: ClusterWith) -> None:
    pool = node("pool", cpu="1") | {"metadata": {"name": "pool", "labels": {"pool": "mesh"}}}
    settings = demo_with("controlPlane", {"nodeSelector": {"pool": "mesh"}, "resources": {"requests": {"cpu": "600m"}}})
    pods = [{"metadata": {}, "spec": {"nodeName": "pool", "containers": [_container("500m")]}}]
    (found,) = check_capacity(settings, cluster_with(nodes=[node("one"), pool], pods=pods))
    assert (found.level, found.what.split(",")[0]) == (
        Level.WARNING,
        "a pod of istiod asks for 0.60 cores and 100 MiB",
    ), "the other node may not take it"


def test_installed_addons_need_room_as_well(cluster_with: ClusterWith) -> None:
    addons = {"prometheus": {"resources": {"requests": {"cpu": "6", "memory": "1Gi"}}}}
    assert said(*check_capacity(demo_with("addons", addons), cluster_with())) == [
        (
            "refused",
            "a pod of addon prometheus asks for 6.00 cores and 1024 MiB, more than any node has",
            "Add a larger node, or lower resources.requests of addon prometheus",
        )
    ]


def test_the_addons_that_run_already_are_not_counted_twice(cluster_with: ClusterWith) -> None:
    addons = {"prometheus": {"resources": {"requests": {"cpu": "3"}}}}
    stack = "kube-prometheus-stack-prometheus"
    labels = {"app.kubernetes.io/name": "prometheus", "operator.prometheus.io/name": stack}
    about = {"namespace": "observability", "labels": labels}
    pods = [{"metadata": about, "spec": {"nodeName": "one", "containers": [_container("3")]}}]
    (found,) = check_capacity(demo_with("addons", addons), cluster_with(nodes=[node("one")], pods=pods))
    assert found.level is Level.OK, "a second check after the installation must not fail"


def test_the_pods_of_the_stack_itself_are_not_counted(settings: MeshSettings, cluster_with: ClusterWith) -> None:
    istiod = {"namespace": "istio-system", "labels": {"app": "istiod"}}
    pods = [{"metadata": istiod, "spec": {"nodeName": "one", "containers": [_container("1")]}}]
    (found,) = check_capacity(settings, cluster_with(nodes=[node("one", cpu="1")], pods=pods))
    assert found.level is Level.OK, "a second check after the installation must not fail"
