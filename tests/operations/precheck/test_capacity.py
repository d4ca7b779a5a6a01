"""Room on the nodes for what the stack installs."""

from typing import Any

import pytest

from components.settings.mesh import MeshSettings
from operations.precheck.capacity import check_capacity, pod_requests, quantity
from operations.precheck.findings import Level
from tests.operations.precheck.conftest import ClusterWith, node, said
from tests.support.stacks import demo_with


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


def test_the_pods_of_the_stack_itself_are_not_counted(settings: MeshSettings, cluster_with: ClusterWith) -> None:
    istiod = {"namespace": "istio-system", "labels": {"app": "istiod"}}
    pods = [{"metadata": istiod, "spec": {"nodeName": "one", "containers": [_container("1")]}}]
    (found,) = check_capacity(settings, cluster_with(nodes=[node("one", cpu="1")], pods=pods))
    assert found.level is Level.OK, "a second check after the installation must not fail"
