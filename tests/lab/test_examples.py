"""Every example deploys, and the values that it sets arrive in the cluster."""

from pathlib import Path
from typing import Any

import pytest
import yaml

from lab.layout import CHECKOUT
from tests.lab.conftest import Lab
from tests.lab.own_stack import OwnStack

pytestmark = pytest.mark.lab

ISTIOD = "--namespace=istio-system deployment/istiod"
INGRESS = "--namespace=istio-ingress"
RESOURCES = "{.spec.template.spec.containers[0].resources"

# Example -> kubectl's query -> what it answers.
EXPECTED: dict[str, dict[str, str]] = {
    "demo": {
        f"{ISTIOD} {RESOURCES}.requests.memory}}": "100Mi",
        "--namespace=istio-egress service/egressgateway {.spec.type}": "ClusterIP",
        f"{INGRESS} service/ingressgateway {{.spec.type}}": "LoadBalancer",
        "--namespace=bookinfo deployment/reviews-v3 {.status.readyReplicas}": "1",
        "--namespace=istio-system peerauthentication/default {.spec.mtls.mode}": "PERMISSIVE",
    },
    "custom": {
        f"{ISTIOD} {RESOURCES}.requests.memory}}": "256Mi",
        f"{ISTIOD} {RESOURCES}.requests.cpu}}": "100m",
    },
    "production": {
        f"{ISTIOD} {RESOURCES}.limits.memory}}": "4Gi",
        "--namespace=istio-system horizontalpodautoscaler/istiod {.spec.minReplicas}-{.spec.maxReplicas}": "2-5",
        f"{INGRESS} horizontalpodautoscaler/ingressgateway {{.spec.minReplicas}}-{{.spec.maxReplicas}}": "2-10",
        f"{INGRESS} poddisruptionbudget/ingressgateway {{.spec.minAvailable}}": "1",
        f"{INGRESS} deployment/ingressgateway {RESOURCES}.limits.memory}}": "1Gi",
        "--namespace=istio-system peerauthentication/default {.spec.mtls.mode}": "STRICT",
    },
    "nodeport": {
        f"{INGRESS} service/ingressgateway {{.spec.type}}": "NodePort",
        f"{INGRESS} service/ingressgateway {{.spec.ports[?(@.name=='http2')].nodePort}}": "30080",
        f"{INGRESS} service/ingressgateway {{.spec.ports[?(@.name=='status-port')].port}}": "15021",
    },
}


def mesh_of(example: str) -> dict[str, Any]:
    """The mesh object of an example."""
    document = yaml.safe_load((CHECKOUT / "examples" / f"Pulumi.{example}.yaml").read_text())
    return document["config"]["istio-mesh:mesh"]


def test_every_example_is_deployed_by_a_test() -> None:
    named = {path.name.split(".")[1] for path in (CHECKOUT / "examples").glob("Pulumi.*.yaml")}
    assert named == set(EXPECTED), "an example that nobody deploys may not work"


@pytest.mark.parametrize("example", EXPECTED)
def test_the_values_of_an_example_arrive_in_the_cluster(lab: Lab, tmp_path: Path, example: str) -> None:
    stack = OwnStack(lab, tmp_path, f"example-{example}", mesh_of(example))
    try:
        done = stack.up()
        found = {query: _answer(lab, query) for query in EXPECTED[example]}
    finally:
        stack.destroy()
    assert done.returncode == 0, f"{done.stdout}\n{done.stderr}"
    assert found == EXPECTED[example], "what the file says is what runs"


def _answer(lab: Lab, query: str) -> str:
    namespace, resource, path = query.split(" ", 2)
    return lab.kubectl("get", namespace, resource, f"--output=jsonpath={path}").stdout
