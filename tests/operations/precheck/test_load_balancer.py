"""Whether a gateway would get an address."""

from typing import Any

import pytest

from components.settings.mesh import MeshSettings
from operations.precheck.load_balancer import check_load_balancer
from tests.operations.precheck.conftest import ClusterWith, node, said
from tests.support.stacks import demo_with


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
