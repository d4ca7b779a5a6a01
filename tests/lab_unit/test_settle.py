"""The last steps of `lab up`."""

import os
import signal
from pathlib import Path

import pytest

from lab import settle
from lab.errors import LabError
from lab.inventory import leftovers, remember_baseline
from lab.layout import LabLayout
from lab.processes import process_of, records, start
from lab.readiness import wait_until
from tests.lab_unit.api_server import ApiServer
from tests.lab_unit.programs import WAIT, answering_part, script

PART = "istiod-istio-system.default"


@pytest.fixture
def patience(monkeypatch: pytest.MonkeyPatch) -> None:
    """Each wait of the module ends after one look."""

    def look_once(condition: settle.Callable[[], bool], _seconds: float) -> bool:
        return condition()

    monkeypatch.setattr(settle, "wait_until", look_once)


def test_nodes_are_made_and_awaited(layout: LabLayout, tmp_path: Path) -> None:
    told = f"printf '%s\\n' \"$*\" >>{tmp_path}/calls"
    kubectl = script(tmp_path / "kubectl", f'{told}; case "$2" in get) echo True True True ;; esac')
    settle.await_nodes(layout, kubectl)
    first, second = (tmp_path / "calls").read_text().splitlines()
    assert first.startswith(f"--kubeconfig={layout.kubeconfig} apply -f "), "as the lab's administrator"
    assert second.startswith(f"--kubeconfig={layout.kubeconfig} get nodes "), "then they are looked at"


@pytest.mark.usefixtures("patience")
def test_nodes_that_are_not_ready_are_told_with_what_kubectl_said(layout: LabLayout, tmp_path: Path) -> None:
    kubectl = script(tmp_path / "kubectl", 'case "$2" in get) echo True False True ;; esac')
    with pytest.raises(LabError) as late:
        settle.await_nodes(layout, kubectl)
    assert str(late.value) == (
        "the lab's 3 nodes did not become Ready; kubectl said last: True False True\n"
        f"See {layout.log('kwok')} and './mesh lab status', and run './mesh lab up' again."
    )


def test_an_istiod_that_the_cluster_wants_is_awaited(layout: LabLayout, server: ApiServer) -> None:
    server.kubeconfig(layout.kubeconfig)
    server.put_pod("istiod-1", namespace="istio-system", labels={"app": "istiod"})
    part = answering_part(layout, PART)
    start(layout, PART, part.command, ports={"8080": part.ports["http"]})
    told: list[str] = []
    settle.await_istiods(layout, told.append)
    assert told == [], "it answers, so its webhooks do"


@pytest.mark.usefixtures("patience")
def test_an_istiod_that_does_not_answer_is_told_and_the_lab_is_up(layout: LabLayout, server: ApiServer) -> None:
    server.kubeconfig(layout.kubeconfig)
    server.put_pod("istiod-1", namespace="istio-system", labels={"app": "istiod"})
    told: list[str] = []
    settle.await_istiods(layout, told.append)
    assert told == [f"{PART} does not answer: see './mesh lab logs {PART}' and './mesh lab logs agent'"], (
        "the settings that keep it from running are corrected with a lab that is up"
    )


def _data_plane(layout: LabLayout) -> str:
    notes = {"pod": "gateway-1", "proxy": "ns/gateway"}
    start(layout, "envoy-ns.gateway", WAIT, notes=notes)
    start(layout, "bridge-ns.gateway", WAIT)
    return "envoy-ns.gateway"


@pytest.mark.parametrize("killed", ["envoy-ns.gateway", "bridge-ns.gateway"])
def test_a_data_plane_that_died_in_part_is_started_again(
    layout: LabLayout, monkeypatch: pytest.MonkeyPatch, killed: str
) -> None:
    name, started = _data_plane(layout), list[str]()

    def run_proxy(_layout: object, _programs: object, gateway: str, _report: object) -> None:
        started.append(gateway)

    monkeypatch.setattr(settle, "run_proxy", run_proxy)
    os.kill(records(layout)[killed].pid, signal.SIGKILL)
    assert wait_until(lambda: process_of(records(layout)[killed]) is None, 10), "half of it is dead"
    told: list[str] = []
    settle.revive_data_planes(layout, {}, told.append)
    assert (started, told) == (["ns/gateway"], [f"{name} had died: starting it again"])


def test_a_data_plane_that_runs_is_left_alone(layout: LabLayout) -> None:
    _data_plane(layout)
    told: list[str] = []
    settle.revive_data_planes(layout, {}, told.append)
    assert told == [], "there is nothing to do"


def test_a_data_plane_whose_workload_is_gone_is_forgotten(layout: LabLayout, monkeypatch: pytest.MonkeyPatch) -> None:
    name = _data_plane(layout)

    def gone(*_: object) -> None:
        raise LabError("ns/gateway: there is no Deployment of this name.")

    monkeypatch.setattr(settle, "run_proxy", gone)
    os.kill(records(layout)[name].pid, signal.SIGKILL)
    assert wait_until(lambda: process_of(records(layout)[name]) is None, 10), "it is dead"
    told: list[str] = []
    settle.revive_data_planes(layout, {}, told.append)
    assert told[1:] == ["ns/gateway: there is no Deployment of this name. The lab no longer runs its data plane."]
    assert records(layout) == {}, "its bridge does not stay behind, and status is well again"


LIST = """case "$2" in
api-resources) echo "configmaps events" ;;
get) echo '{"items": [%s]}' ;;
esac"""


def _kubectl(path: Path, *names: str) -> Path:
    items = (f'{{"kind": "ConfigMap", "metadata": {{"name": "{name}", "namespace": "ns"}}}}' for name in names)
    return script(path, LIST % ", ".join(items))


def test_leftovers_are_what_the_new_lab_did_not_hold(layout: LabLayout, tmp_path: Path) -> None:
    remember_baseline(layout, _kubectl(tmp_path / "kubectl", "one"))
    remember_baseline(layout, _kubectl(tmp_path / "kubectl", "one", "two"))  # A later 'up' of the same lab.
    found = leftovers(layout, _kubectl(tmp_path / "kubectl", "one", "two", "kube-root-ca.crt"))
    assert found == ["ConfigMap ns/two"], "counted from when the lab was new; what Kubernetes makes is its own"


def test_leftovers_of_a_lab_that_never_was_are_an_error(layout: LabLayout, tmp_path: Path) -> None:
    with pytest.raises(LabError) as refused:
        leftovers(layout, tmp_path / "kubectl")
    assert str(refused.value) == "the lab 'unit' was never started. Run './mesh lab up' first."


def test_leftovers_of_a_cluster_that_does_not_answer_are_an_error(layout: LabLayout, tmp_path: Path) -> None:
    remember_baseline(layout, _kubectl(tmp_path / "kubectl"))
    kubectl = script(tmp_path / "kubectl", "echo refused >&2; exit 1")
    with pytest.raises(LabError) as refused:
        leftovers(layout, kubectl)
    assert str(refused.value) == "the cluster does not answer: refused. See './mesh lab status'."
