"""Each check over documents: what it says, and what to do about it."""

from typing import Any

import pytest

from components.settings.mesh import MeshSettings
from operations.precheck.capacity import check_capacity, pod_requests, quantity
from operations.precheck.cni import check_cni
from operations.precheck.command import check
from operations.precheck.documents import Right
from operations.precheck.findings import Finding, Level
from operations.precheck.load_balancer import check_load_balancer
from operations.precheck.rights import ESCALATE, check_rights, needed_rights
from operations.precheck.version import check_version
from tests.operations.precheck.conftest import ClusterWith, node
from tests.support.stacks import DEMO, demo_with


def said(*findings: Finding) -> list[tuple[str, str, str]]:
    """Level, sentence and fix of each finding."""
    return [(one.level.value, one.what, one.fix) for one in findings]


def test_a_new_cluster_is_fine_but_for_the_load_balancer(settings: MeshSettings, cluster_with: ClusterWith) -> None:
    findings = check(settings, cluster_with())
    assert [(one.check, one.level.value) for one in findings] == [
        ("kubernetes", "ok"),
        ("rights", "ok"),
        ("other installs", "ok"),
        ("cni", "ok"),
        ("capacity", "ok"),
        ("load balancer", "warning"),
    ]


def test_what_may_not_be_read_is_a_warning_and_not_a_pass(settings: MeshSettings, cluster_with: ClusterWith) -> None:
    blind = cluster_with(deployments=None, webhooks=None, crds=None, releases=None, nodes=None, services=None)
    unknown = [one.what.split(" may not")[0] for one in check(settings, blind) if one.level is Level.WARNING]
    assert unknown == [
        "deployments",
        "webhook configurations",
        "CRDs",
        "Helm releases (secrets)",
        "nodes and pods",
        "services",
    ]


@pytest.mark.parametrize(
    ("document", "expected"),
    [
        ({"major": "1", "minor": "35+"}, ("ok", "Kubernetes 1.35 and Istio 1.30.3 go together", "")),
        (
            {"major": "1", "minor": "31"},
            (
                "refused",
                "Istio 1.30.3 needs Kubernetes 1.32 or newer, but the cluster runs 1.31",
                "Upgrade the cluster, or choose Istio 1.29",
            ),
        ),
        (
            {"major": "1", "minor": "37"},
            (
                "warning",
                "The cluster runs Kubernetes 1.37, but Istio 1.30.3 was tested up to 1.36",
                "It may work; a newer Istio is the safer choice",
            ),
        ),
        ({}, ("warning", "the API server does not tell its version", "Compare it with Istio's supported versions")),
    ],
)
def test_the_version_of_kubernetes(document: dict[str, str], expected: tuple[str, str, str]) -> None:
    assert said(check_version("1.30.3", document)) == [expected]


def test_the_rights_cover_every_namespace_of_the_stack(settings: MeshSettings) -> None:
    texts = [str(right) for right in needed_rights(settings)]
    wanted = {
        "create customresourcedefinitions.apiextensions.k8s.io",
        "create namespaces",
        "create deployments.apps in istio-system",
        "create deployments.apps in istio-ingress",
        "create gateways.networking.istio.io in istio-ingress",
        "escalate clusterroles.rbac.authorization.k8s.io",
    }
    assert wanted <= set(texts), texts
    assert len(texts) == len(set(texts)), "nothing is asked twice"


def test_what_only_some_stacks_create_is_asked_about_for_these() -> None:
    quota = {"shop": {"resourceQuota": {"pods": "10"}}, "old": {"create": False, "injection": "enabled"}}
    texts = [str(right) for right in needed_rights(demo_with("namespaces", DEMO["namespaces"] | quota))]
    assert {"create resourcequotas in shop", "patch namespaces"} <= set(texts), texts
    assert "create limitranges in shop" not in texts, "nobody should have to grant what is not needed"


def test_missing_rights_are_listed(settings: MeshSettings) -> None:
    allowed = dict.fromkeys(needed_rights(settings), True)
    missing = [
        Right(group="", resource="namespaces"),
        Right(group="apps", resource="deployments", namespace="istio-ingress"),
    ]
    assert said(*check_rights(settings, allowed | dict.fromkeys(missing, False))) == [
        (
            "refused",
            "the user may not: create namespaces, create deployments.apps in istio-ingress",
            "Use a context with the rights of a cluster administrator, or have them granted",
        )
    ]


def test_a_user_who_may_not_escalate_is_warned(settings: MeshSettings) -> None:
    allowed = dict.fromkeys(needed_rights(settings), True) | {ESCALATE: False}
    assert said(*check_rights(settings, allowed)) == [
        (
            "warning",
            "the user may not escalate clusterroles, and may give istiod only rights that it has itself",
            "If the installation fails with 'attempting to grant RBAC permissions', grant it",
        )
    ], "the rights may be there all the same"


@pytest.mark.parametrize(
    ("data", "found"),
    [
        ({}, []),
        ({"bpf-lb-sock": "true", "bpf-lb-sock-hostns-only": "true"}, []),
        ({"bpf-lb-sock": "true"}, ["Cilium has bpf-lb-sock=true"]),
        ({"kube-proxy-replacement": "true"}, []),
        ({"kube-proxy-replacement": "strict"}, ["Cilium has kube-proxy-replacement=strict"]),
        ({"cni-exclusive": "true"}, []),
    ],
)
def test_cilium(cluster_with: ClusterWith, data: dict[str, str], found: list[str]) -> None:
    findings = check_cni(cluster_with(cilium={"data": data}))
    assert [one.what[: len(text)] for one, text in zip(findings, found or ["Cilium found"], strict=True)] == (
        found or ["Cilium found"]
    )
    assert all(one.level is (Level.WARNING if found else Level.OK) for one in findings), "as istioctl has it"


def test_an_exclusive_cilium_is_in_the_way_of_istio_cni(cluster_with: ClusterWith) -> None:
    findings = check_cni(cluster_with(cilium={"data": {"cni-exclusive": "true"}}, cni_nodes=[{"metadata": {}}]))
    assert said(*findings) == [
        (
            "warning",
            "Cilium has cni-exclusive=true, and istio-cni is in the cluster: Cilium overwrites its configuration",
            "Set cni-exclusive to false (Helm: cni.exclusive=false)",
        )
    ]


@pytest.mark.parametrize(
    ("spec", "count"),
    [
        ({}, 0),
        ({"bpfConnectTimeLoadBalancing": "Disabled"}, 0),
        ({"bpfConnectTimeLoadBalancing": "TCP"}, 1),
        ({"bpfConnectTimeLoadBalancingEnabled": False}, 0),
        ({"bpfConnectTimeLoadBalancingEnabled": True}, 1),
    ],
)
def test_calico(cluster_with: ClusterWith, spec: dict[str, object], count: int) -> None:
    findings = check_cni(cluster_with(calico={"kind": "FelixConfiguration", "spec": spec}))
    assert sum(one.level is Level.WARNING for one in findings) == count, findings


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


def _balanced(*, address: bool) -> dict[str, Any]:
    ingress = [{"ip": "203.0.113.7"}] if address else []
    about = {"namespace": "shop", "name": "front"}
    return {"metadata": about, "spec": {"type": "LoadBalancer"}, "status": {"loadBalancer": {"ingress": ingress}}}


_FIX = "Install one, such as MetalLB, or set gateways.ingressgateway.service.type to NodePort or ClusterIP"


@pytest.mark.parametrize(
    ("changes", "expected"),
    [
        (
            {"services": [_balanced(address=False), _balanced(address=True)]},
            ("ok", "others have got an address, such as shop/front", ""),
        ),
        (
            {"services": [_balanced(address=False)]},
            ("warning", "shop/front waits for an address, and nothing else has one", _FIX),
        ),
        (
            {"nodes": [node("one", providerID="aws:///eu-1/i-1")]},
            ("ok", "the nodes are of aws, which has load balancers as a rule", ""),
        ),
        (
            {"nodes": [node("one", providerID="kind://docker/kind/one")]},
            ("warning", "nothing shows that gateway ingressgateway would get an address", _FIX),
        ),
    ],
)
def test_load_balancers(
    settings: MeshSettings, cluster_with: ClusterWith, changes: dict[str, Any], expected: tuple[str, str, str]
) -> None:
    assert said(check_load_balancer(settings, cluster_with(**changes))) == [expected]


def test_a_gateway_with_a_node_port_needs_no_load_balancer(cluster_with: ClusterWith) -> None:
    settings = demo_with("gateways.ingressgateway.service", {"type": "NodePort"})
    assert said(check_load_balancer(settings, cluster_with())) == [("ok", "no gateway asks for one", "")]
