"""`mesh precheck` on a real API server: a lab that is ready, another Istio in it, and a user without rights."""

import json
from collections.abc import Iterator
from pathlib import Path

import pytest
import yaml

from lab.readiness import wait_until
from tests.lab.conftest import Lab

pytestmark = pytest.mark.lab

# Without replicas: it is there, and nobody has to run it.
FOREIGN = """
apiVersion: v1
kind: Namespace
metadata: {name: other-mesh}
---
apiVersion: apps/v1
kind: Deployment
metadata: {name: istiod, namespace: other-mesh, labels: {app: istiod}}
spec:
  replicas: 0
  selector: {matchLabels: {app: istiod}}
  template:
    metadata: {labels: {app: istiod}}
    spec: {containers: [{name: discovery, image: example/pilot}]}
"""


@pytest.fixture(autouse=True)
def nodes(lab: Lab) -> None:
    """The nodes of a lab that was started just now take pods a moment later."""

    def taken() -> bool:
        return not lab.kubectl("get", "nodes", "--output=jsonpath={.items[*].spec.taints}").stdout

    assert lab.kubectl("wait", "--for=condition=Ready", "nodes", "--all", "--timeout=30s").returncode == 0
    assert wait_until(taken, 30), "the taints of new nodes go when they are ready"


@pytest.fixture
def foreign(lab: Lab) -> Iterator[Lab]:
    """The lab with the control plane of somebody else."""
    made = lab.kubectl("apply", "--filename=-", stdin=FOREIGN)
    try:
        assert made.returncode == 0, made.stderr
        yield lab
    finally:
        lab.kubectl("delete", "namespace", "other-mesh", "--wait=false")
        lab.kubectl("delete", "deployment", "istiod", "--namespace=other-mesh", "--ignore-not-found")


@pytest.fixture
def stranger(lab: Lab, tmp_path: Path) -> Iterator[Path]:
    """The kubeconfig of a ServiceAccount that nobody gave any right."""
    assert lab.kubectl("create", "serviceaccount", "stranger").returncode == 0
    try:
        token = lab.kubectl("create", "token", "stranger").stdout.strip()
        document = yaml.safe_load(lab.layout.kubeconfig.read_text())
        document["users"][0]["user"] = {"token": token}
        path = tmp_path / "kubeconfig"
        path.write_text(yaml.safe_dump(document))
        yield path
    finally:
        lab.kubectl("delete", "serviceaccount", "stranger")


def test_a_lab_is_ready_for_a_stack(lab: Lab) -> None:
    done = lab.mesh("precheck", kubeconfig=lab.layout.kubeconfig)
    levels = {line.split()[0] for line in done.stdout.splitlines()}
    assert (done.returncode, done.stderr) == (0, ""), done.stdout
    assert levels <= {"ok", "warning", "fix:"}, f"only a load balancer is not sure: {done.stdout}"


def test_a_foreign_control_plane_is_refused(foreign: Lab) -> None:
    done = foreign.mesh("precheck", "--output=json", kubeconfig=foreign.layout.kubeconfig)
    refused = [one["what"] for one in json.loads(done.stdout)["findings"] if one["level"] == "refused"]
    assert done.returncode == 1, "a pipeline has to stop here"
    assert refused == [
        "the control plane other-mesh/istiod of no Helm release (istioctl install, or manifests), revision default, is "
        "not of this stack"
    ]


def test_a_user_without_rights_is_told_all_that_is_missing(lab: Lab, stranger: Path) -> None:
    done = lab.mesh("precheck", "--output=json", kubeconfig=stranger)
    found = {one["check"]: one for one in json.loads(done.stdout)["findings"]}
    assert done.returncode == 1, done.stderr
    assert found["kubernetes"]["level"] == "ok", "the version may be read by everybody"
    assert found["rights"]["level"] == "refused"
    assert "create customresourcedefinitions.apiextensions.k8s.io" in found["rights"]["what"]
    assert found["capacity"]["what"] == "nodes and pods may not be read, so that this is not known"
