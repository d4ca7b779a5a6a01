"""What outlives a stack, a lab and a part that is killed."""

import os
import shutil
import signal
from collections.abc import Iterator
from pathlib import Path

import psutil
import pytest

from lab import cluster
from lab.layout import LabLayout
from lab.parts import CONTEXT
from lab.processes import process_of, records
from operations.remote import target_folder
from tests.lab.conftest import Lab, deployed, start_lab

pytestmark = pytest.mark.lab


@pytest.fixture
def own_lab() -> Iterator[Lab]:
    """A second lab beside the tier's, for tests that kill it."""
    name = f"own-{os.getpid()}"
    try:
        yield start_lab(name)
    finally:
        cluster.down(LabLayout(name), delete=True)


def test_destroy_leaves_the_crds_that_helm_keeps_and_nothing_else(own_lab: Lab) -> None:
    for _ in deployed(own_lab, "dev"):
        assert own_lab.leftovers(), "while the stack is there, the cluster holds more than a new lab"
    left = own_lab.leftovers()
    crds = [one for one in left if one.startswith("CustomResourceDefinition ") and one.endswith(".istio.io")]
    foreign = sorted(set(left) - set(crds) - {"GatewayClass istio", "GatewayClass istio-remote"})
    assert foreign == [], "Helm keeps Istio's CRDs, istiod never removes its classes; all else is the stack's to remove"
    assert len(crds) == 14, f"Istio has 14 CRDs, these are left: {crds}"


def test_a_killed_part_is_named_by_status_and_started_again_by_up(own_lab: Lab) -> None:
    os.kill(records(own_lab.layout)["kube-scheduler"].pid, signal.SIGKILL)
    told = own_lab.mesh("lab", "status")
    assert told.returncode == 1, "a lab with a dead part is not well"
    assert "kube-scheduler has died." in told.stderr, told.stderr
    own_lab.up()
    assert own_lab.mesh("lab", "status").returncode == 0, "after up every part runs again"


def test_the_cluster_keeps_its_content_when_the_store_is_killed(own_lab: Lab) -> None:
    own_lab.kubectl("create", "namespace", "kept")
    os.kill(records(own_lab.layout)["etcd"].pid, signal.SIGKILL)
    own_lab.up()
    found = own_lab.kubectl("get", "namespace", "kept")
    assert found.returncode == 0, f"what was written before the kill must still be there: {found.stderr}"


def test_down_leaves_no_process_and_a_later_up_finds_the_content(own_lab: Lab) -> None:
    own_lab.kubectl("create", "namespace", "kept")
    parts = list(records(own_lab.layout).values())
    cluster.down(own_lab.layout)
    assert [part.name for part in parts if process_of(part)] == [], "down stops every part"
    own_lab.up()
    assert own_lab.kubectl("get", "namespace", "kept").returncode == 0, "down keeps the cluster's content"


def test_two_labs_run_side_by_side(lab: Lab, own_lab: Lab) -> None:
    ports = [set(one.layout.ports().values()) for one in (lab, own_lab)]
    assert not ports[0] & ports[1], "two labs never share a port"
    own_lab.kubectl("create", "namespace", "only-here")
    assert lab.kubectl("get", "namespace", "only-here").returncode == 1, "each lab is a cluster of its own"


def test_every_part_listens_on_loopback_only(lab: Lab) -> None:
    listening = [
        connection.laddr.ip
        for record in records(lab.layout).values()
        for process in [psutil.Process(record.pid), *psutil.Process(record.pid).children(recursive=True)]
        for connection in process.net_connections(kind="inet")
        if connection.status == psutil.CONN_LISTEN
    ]
    assert listening, "the parts do listen"
    assert set(listening) <= {"127.0.0.1", "::1"}, "nothing of the lab may be reached from another machine"


def test_a_stack_deploys_to_a_cluster_of_ones_own_by_its_context(own_lab: Lab, tmp_path: Path) -> None:
    context = f"foreign-{os.getpid()}"
    kubeconfig = tmp_path / "kubeconfig"
    kubeconfig.write_text(own_lab.layout.kubeconfig.read_text().replace(CONTEXT, context))
    version, charts = own_lab.tools["istio-charts"].version, own_lab.layout.charts
    options = (f"--context={context}", f"--charts={charts}", f"--istio-version={version}", "--yes")
    try:
        done = own_lab.mesh("up", *options, kubeconfig=kubeconfig)
    finally:
        shutil.rmtree(target_folder(context), ignore_errors=True)
    assert done.returncode == 0, f"{done.stdout}\n{done.stderr}"
    assert "ingressgateway: http://203.0.113." in done.stdout, "the address is the one that the cluster gave"
