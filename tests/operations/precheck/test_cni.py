"""CNI plugins that bypass sidecars."""

import pytest

from operations.precheck.cni import check_cni
from operations.precheck.findings import Level
from tests.operations.precheck.conftest import ClusterWith, said


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
