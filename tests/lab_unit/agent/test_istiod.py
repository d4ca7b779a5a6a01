"""istiod's processes follow its pods: a loopback API server, and a small program that stands for pilot-discovery."""

import os
import signal
from pathlib import Path
from typing import Any

import pytest
import yaml

from lab.agent.istiod import LISTENERS, IstiodSupervisor
from lab.agent.workloads import Revision
from lab.kube_api import KubeApi
from lab.layout import LabLayout
from lab.processes import Record, process_of, records
from lab.readiness import wait_until
from tests.lab_unit.api_server import ApiServer
from tests.lab_unit.programs import script

PART = "istiod-istio-system.default"
CONFIG_MAP = "/api/v1/namespaces/istio-system/configmaps/istio-sidecar-injector"
ARGUMENTS = ["discovery", "--monitoringAddr=:15014", "--httpsAddr", ":15017", "--domain", "$(DOMAIN)"]


@pytest.fixture
def supervisor(layout: LabLayout, api: KubeApi, tmp_path: Path) -> IstiodSupervisor:
    """A supervisor whose istiod says what it was started with, and waits."""
    program = script(tmp_path / "istiod", 'echo "$@" >arguments; env >environment; exec sleep 600')
    return IstiodSupervisor(layout, program, api)


def put_istiod(server: ApiServer, *, template: str = "t1", revision: str = "default", **metadata: Any) -> str:
    """A scheduled istiod pod with its ConfigMap; returns its API path."""
    labels = {"app": "istiod", "istio.io/rev": revision, "pod-template-hash": template}
    name = f"istiod-{revision}-{template}"
    pod = server.put_pod(name, namespace="istio-system", labels=labels, **metadata)
    env = [{"name": "DOMAIN", "value": "cluster.local"}, {"name": "REVISION", "value": revision}]
    pod["spec"]["containers"] = [{"name": "discovery", "args": ARGUMENTS, "env": env}]
    server.put(CONFIG_MAP + ("" if revision == "default" else f"-{revision}"), {"metadata": {}})
    return f"/api/v1/namespaces/istio-system/pods/{name}"


def running(layout: LabLayout) -> Record:
    """The record of istiod."""
    return records(layout)[PART]


def kill(record: Record) -> None:
    """Kill -9, and wait until it has ended."""
    os.kill(record.pid, signal.SIGKILL)
    assert wait_until(lambda: process_of(record) is None, 10), "it must have ended"


def test_a_scheduled_pod_is_played_by_a_process(
    supervisor: IstiodSupervisor, server: ApiServer, layout: LabLayout
) -> None:
    put_istiod(server)
    supervisor.reconcile()
    assert process_of(running(layout)) is not None, "its pod is scheduled and its ConfigMap is there"


def test_nothing_is_started_before_the_injectors_config_map_exists(
    supervisor: IstiodSupervisor, server: ApiServer, layout: LabLayout
) -> None:
    put_istiod(server)
    config_map = server.objects.pop(CONFIG_MAP)
    supervisor.reconcile()
    assert records(layout) == {}, "istiod would skip the injector for good"
    server.put(CONFIG_MAP, config_map)
    supervisor.reconcile()
    assert list(records(layout)) == [PART], "now it may start"


@pytest.mark.parametrize("pod", [{"deletionTimestamp": "2026-01-01T00:00:00Z"}, {"node": ""}])
def test_a_pod_that_ends_or_waits_for_a_node_is_not_played(
    supervisor: IstiodSupervisor, server: ApiServer, layout: LabLayout, pod: dict[str, str]
) -> None:
    path = put_istiod(server, **{key: value for key, value in pod.items() if key != "node"})
    server.objects[path]["spec"]["nodeName"] = pod.get("node", "node-a")
    supervisor.reconcile()
    assert records(layout) == {}, "a kubelet would not run it either"


def test_istiod_listens_on_loopback_only_and_keeps_its_other_arguments(
    supervisor: IstiodSupervisor, server: ApiServer, layout: LabLayout
) -> None:
    put_istiod(server)
    supervisor.reconcile()
    record = running(layout)
    flags = [argument for argument in record.command[1:] if argument.startswith(tuple(LISTENERS.values()))]
    wanted = [f"{flag}=127.0.0.1:{record.ports[str(port)]}" for port, flag in LISTENERS.items()]
    assert flags == wanted, "the pod's own listeners are on every address"
    assert record.command[1:4] == ["discovery", "--domain", "cluster.local"], "the rest is what the chart says"


def test_istiod_gets_the_pods_environment_and_what_the_labs_envoy_lacks_is_off(
    supervisor: IstiodSupervisor, server: ApiServer, layout: LabLayout
) -> None:
    put_istiod(server)
    supervisor.reconcile()
    written = layout.root / PART / "environment"
    assert wait_until(lambda: written.exists() and "REVISION=default" in written.read_text(), 10), "the pod's variable"
    wanted = {"PILOT_ENABLE_ALPN_FILTER=false", "PILOT_ENABLE_METADATA_EXCHANGE=false", "CLUSTER_ID=Kubernetes"}
    assert wanted <= set(written.read_text().splitlines()), "upstream's Envoy would refuse such listeners"


def test_istiod_works_with_its_own_service_account(
    supervisor: IstiodSupervisor, server: ApiServer, layout: LabLayout
) -> None:
    put_istiod(server)
    supervisor.reconcile()
    kubeconfig = layout.root / PART / "kubeconfig"
    assert yaml.safe_load(kubeconfig.read_text())["users"][0]["user"] == {"token": "token-for-sa"}, "the charts' RBAC"
    assert kubeconfig.stat().st_mode & 0o777 == 0o600, "the token is a secret"


def test_each_revision_has_a_process_of_its_own(
    supervisor: IstiodSupervisor, server: ApiServer, layout: LabLayout
) -> None:
    put_istiod(server)
    put_istiod(server, revision="canary")
    supervisor.reconcile()
    found = records(layout)
    assert set(found) == {PART, "istiod-istio-system.canary"}, "an upgrade runs both"
    assert not set(found[PART].ports.values()) & set(found["istiod-istio-system.canary"].ports.values()), (
        "two listeners"
    )


def test_an_unchanged_pod_leaves_its_process_alone(
    supervisor: IstiodSupervisor, server: ApiServer, layout: LabLayout
) -> None:
    put_istiod(server)
    supervisor.reconcile()
    before = running(layout)
    supervisor.reconcile()
    assert running(layout) == before, "nothing has changed, so the process goes on"


def test_a_changed_template_starts_a_new_process(
    supervisor: IstiodSupervisor, server: ApiServer, layout: LabLayout
) -> None:
    put_istiod(server)
    supervisor.reconcile()
    before = running(layout)
    put_istiod(server, template="t2", creationTimestamp="2026-01-02T00:00:00Z")
    supervisor.reconcile()
    assert running(layout).notes == {"template": "t2", "restarts": "0"}, "the new settings are played; nothing has died"
    assert process_of(before) is None, "the old process has ended"
    assert running(layout).ports == before.ports, "Envoys find it where it was"


def test_when_its_pods_are_gone_the_process_is_stopped(
    supervisor: IstiodSupervisor, server: ApiServer, layout: LabLayout
) -> None:
    path = put_istiod(server)
    supervisor.reconcile()
    before = running(layout)
    del server.objects[path]
    supervisor.reconcile()
    assert (process_of(before), records(layout)) == (None, {}), "an uninstalled mesh leaves no process"


def test_a_process_that_died_is_started_again_and_counted(
    supervisor: IstiodSupervisor, server: ApiServer, layout: LabLayout
) -> None:
    put_istiod(server)
    supervisor.reconcile()
    kill(running(layout))
    supervisor.reconcile()
    assert running(layout).notes["restarts"] == "1", "status tells how often"
    assert process_of(running(layout)) is not None, "at once, the first time"


def test_a_process_that_dies_again_and_again_is_given_time(
    supervisor: IstiodSupervisor, server: ApiServer, layout: LabLayout, monkeypatch: pytest.MonkeyPatch
) -> None:
    put_istiod(server)
    supervisor.reconcile()
    for _ in range(2):
        kill(running(layout))
        supervisor.reconcile()
    assert running(layout).notes["restarts"] == "1", "the second restart waits for a second"
    later = running(layout).created + 1.5
    monkeypatch.setattr("lab.agent.istiod.time.time", lambda: later)
    supervisor.reconcile()
    assert running(layout).notes["restarts"] == "2", "then it comes"


def test_a_death_is_not_forgotten_while_the_api_server_is_away(
    supervisor: IstiodSupervisor, server: ApiServer, layout: LabLayout, monkeypatch: pytest.MonkeyPatch
) -> None:
    put_istiod(server)
    supervisor.reconcile()
    kill(running(layout))
    with monkeypatch.context() as patched:
        patched.setattr(KubeApi, "post", _unreachable)
        with pytest.raises(ConnectionError):
            supervisor.reconcile()
    assert list(records(layout)) == [PART], "status still names the part that died"
    supervisor.reconcile()
    assert running(layout).notes["restarts"] == "1", "and the count goes on"


def _unreachable(*_: object) -> None:
    raise ConnectionError


def test_a_certificate_authority_is_laid_down_where_the_pod_mounts_it(
    supervisor: IstiodSupervisor, server: ApiServer, layout: LabLayout
) -> None:
    pod = server.objects[put_istiod(server)]
    pod["spec"]["volumes"] = [{"name": "ca", "secret": {"secretName": "cacerts", "optional": True}}]
    pod["spec"]["containers"][0]["volumeMounts"] = [{"name": "ca", "mountPath": "/etc/cacerts"}]
    secret = server.put("/api/v1/namespaces/istio-system/secrets/cacerts", {"data": {"ca-key.pem": "a2V5"}})
    supervisor.reconcile()
    file = layout.root / PART / "etc/cacerts/ca-key.pem"
    assert (file.read_text(), file.stat().st_mode & 0o777) == ("key", 0o600), "istiod looks below its working folder"
    secret["data"] = {}
    kill(running(layout))
    supervisor.reconcile()
    assert not file.exists(), "an authority that was taken away is not signed with"


def test_a_certificate_authority_that_the_pod_does_not_mount_is_not_laid_down(
    supervisor: IstiodSupervisor, server: ApiServer, layout: LabLayout
) -> None:
    put_istiod(server)
    server.put("/api/v1/namespaces/istio-system/secrets/cacerts", {"data": {"ca-key.pem": "a2V5"}})
    supervisor.reconcile()
    assert not (layout.root / PART / "etc").exists(), "a kubelet would not do it either"


def test_only_ports_of_istiods_container_are_played(supervisor: IstiodSupervisor, layout: LabLayout) -> None:
    revision = Revision("istio-system", "default")
    assert supervisor.port(revision, 15017) == layout.port(f"{PART}-15017"), "the webhooks' port"
    assert supervisor.port(revision, 9999) is None, "istiod does not listen there"
