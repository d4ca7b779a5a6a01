"""Running a monitoring stack: what is refused, with the fix."""

from pathlib import Path

import pytest

from lab.errors import LabError
from lab.layout import LabLayout
from lab.monitoring import MONITORING_TOOLS, run_monitoring, switch_file
from lab.processes import start
from tests.lab_unit.api_server import ApiServer
from tests.lab_unit.programs import WAIT

PROMETHEUSES = "/apis/monitoring.coreos.com/v1/prometheuses"
PROGRAMS = {name: Path(name) for name in MONITORING_TOOLS}


def refusal(layout: LabLayout) -> str:
    """Why it was refused."""
    with pytest.raises(LabError) as caught:
        run_monitoring(layout, PROGRAMS)
    return str(caught.value)


def test_a_lab_that_does_not_run_is_refused(layout: LabLayout):
    assert refusal(layout) == "the lab 'unit' does not run. Start it with './mesh lab up'."


@pytest.mark.parametrize("kinds", [False, True], ids=["without the kinds", "with the kinds"])
def test_a_cluster_without_prometheus_is_refused(layout: LabLayout, server: ApiServer, kinds: bool):
    start(layout, "kube-apiserver", WAIT)
    server.kubeconfig(layout.kubeconfig)
    if kinds:
        server.put(PROMETHEUSES, {"items": []})

    assert refusal(layout) == (
        "the cluster has no Prometheus object, which the chart kube-prometheus-stack makes. Deploy a stack with the "
        "addon prometheus, then try again."
    )
    assert not switch_file(layout).exists(), "the agent is not to start anything"


def test_a_prometheus_that_does_not_become_ready_is_told_with_the_end_of_a_log(
    layout: LabLayout, server: ApiServer, monkeypatch: pytest.MonkeyPatch
):
    monkeypatch.setattr("lab.monitoring.READY_SECONDS", 0.01)
    start(layout, "kube-apiserver", WAIT)
    server.kubeconfig(layout.kubeconfig)
    server.put(PROMETHEUSES, {"items": [{"metadata": {"name": "mesh", "namespace": "monitoring"}}]})

    assert refusal(layout) == (
        "prometheus monitoring/mesh did not become ready within 0 s. It wrote nothing to "
        f"{layout.log('prometheus-operator')}.\nSee also {layout.log('agent')}."
    )
    assert switch_file(layout).exists(), "the agent goes on trying"
