"""Which processes of a monitoring stack run, and when they read their configuration anew."""

import json
from pathlib import Path
from typing import Any

import pytest

from lab.agent.monitoring import supervisor
from lab.agent.monitoring.supervisor import MonitoringSupervisor
from lab.kube_api import KubeApi
from lab.layout import LabLayout
from lab.monitoring import MONITORING_TOOLS, OPERATOR, switch_file
from lab.processes import process_of, records
from lab.readiness import wait_until
from tests.lab_unit.agent.monitoring.pods import CONFIGURATION, encoded, prometheus_pod, put, zipped
from tests.lab_unit.api_server import ApiServer

PART = "prometheus-monitoring.mesh"
CRD = "/apis/apiextensions.k8s.io/v1/customresourcedefinitions/prometheuses.monitoring.coreos.com"
# It says when it is told to read its configuration.
PROGRAM = "#!/bin/sh\ntrap 'echo read >>told' HUP\necho started >>told\nwhile :; do sleep 0.02; done\n"


@pytest.fixture
def monitoring(layout: LabLayout, api: KubeApi, monkeypatch: pytest.MonkeyPatch) -> MonitoringSupervisor:
    """A supervisor that looks whenever it is asked to."""
    monkeypatch.setattr(supervisor, "_LOOK_SECONDS", 0.0)
    layout.credentials.mkdir()
    (layout.credentials / "apiserver.crt").touch()
    return MonitoringSupervisor(layout, api)


@pytest.fixture
def switched_on(layout: LabLayout, tmp_path: Path) -> None:
    """What `./mesh lab prometheus` leaves."""
    program = tmp_path / "program"
    program.write_text(PROGRAM)
    program.chmod(0o755)
    switch_file(layout).write_text(json.dumps(dict.fromkeys(MONITORING_TOOLS, str(program))))


def told(layout: LabLayout) -> list[str]:
    """What the program of the part said."""
    file = layout.root / PART / "told"
    return file.read_text().split() if file.exists() else []


def test_nothing_runs_until_somebody_asks_for_it(
    layout: LabLayout, server: ApiServer, monitoring: MonitoringSupervisor
):
    prometheus_pod(server)
    server.put(CRD, {})
    monitoring.reconcile()
    assert not records(layout), "the programs may not even be there"


@pytest.mark.usefixtures("switched_on")
def test_the_operator_runs_where_the_cluster_has_its_kinds(
    layout: LabLayout, server: ApiServer, monitoring: MonitoringSupervisor
):
    monitoring.reconcile()
    assert OPERATOR not in records(layout), "it ends at once without them"
    server.put(CRD, {})
    monitoring.reconcile()
    assert process_of(records(layout)[OPERATOR])


@pytest.mark.usefixtures("switched_on")
def test_a_pod_is_played_with_its_own_arguments_and_token(
    layout: LabLayout, server: ApiServer, monitoring: MonitoringSupervisor
):
    prometheus_pod(server)
    monitoring.reconcile()
    monitoring.reconcile()

    (record,) = records(layout).values()
    assert record.name == PART
    assert record.command[1] == f"--config.file={layout.root / PART}/etc/prometheus/config_out/made.yaml"
    assert record.command[-1] == f"--web.listen-address=127.0.0.1:{layout.port(PART)}", "on loopback only"
    assert [path for path, _ in server.posted] == ["/api/v1/namespaces/monitoring/serviceaccounts/sa/token"]
    assert wait_until(lambda: told(layout) == ["started"], 10), "it runs once"


@pytest.mark.usefixtures("switched_on")
def test_a_changed_configuration_is_read_without_a_restart(
    layout: LabLayout, server: ApiServer, monitoring: MonitoringSupervisor
):
    prometheus_pod(server)
    monitoring.reconcile()
    assert wait_until(lambda: told(layout) == ["started"], 10)
    changed: dict[str, Any] = {**CONFIGURATION, "scrape_configs": []}
    put(server, "secrets", "config", {"prometheus.yaml.gz": encoded(zipped(changed))})
    monitoring.reconcile()

    assert wait_until(lambda: told(layout) == ["started", "read"], 10), "a restart would lose what is pending"
    made = (layout.root / PART / "etc/prometheus/config_out/made.yaml").read_text()
    assert "scrape_configs: []" in made


@pytest.mark.usefixtures("switched_on")
def test_what_has_no_pod_any_more_is_stopped(layout: LabLayout, server: ApiServer, monitoring: MonitoringSupervisor):
    prometheus_pod(server)
    monitoring.reconcile()
    del server.objects["/api/v1/namespaces/monitoring/pods/prometheus-mesh-0"]
    monitoring.reconcile()
    assert not records(layout)


@pytest.mark.usefixtures("switched_on")
def test_of_several_replicas_the_first_one_runs(layout: LabLayout, server: ApiServer, monitoring: MonitoringSupervisor):
    prometheus_pod(server, "prometheus-mesh-1", index="1")
    monitoring.reconcile()
    assert not records(layout), "they would all collect the same"
