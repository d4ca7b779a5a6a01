"""Run prometheus-operator, and one Prometheus and Alertmanager for each that it wants, as their pods say."""

import json
import logging
import signal
import time
from dataclasses import dataclass
from pathlib import Path

from lab.agent.monitoring.configuration import command_arguments, local_configuration, reloader_files
from lab.agent.monitoring.volumes import Volumes, mounted
from lab.credentials import write_kubeconfig
from lab.kube_api import KubeApi, Object
from lab.layout import LabLayout, write_atomically
from lab.members import send
from lab.monitoring import OPERATOR, PROGRAMS, part_of, switch_file
from lab.parts import CONTEXT, api_certificate, server_url
from lab.pods import service_account_token
from lab.processes import Record, process_of, records, start, stop

LOG = logging.getLogger(__name__)
_CRD = "/apis/apiextensions.k8s.io/v1/customresourcedefinitions/prometheuses.monitoring.coreos.com"
_OF_OPERATOR = "app.kubernetes.io/managed-by=prometheus-operator"
# How long a change of a rule or a route waits at most until the program is told to read it.
_LOOK_SECONDS = 1.0
_PAUSE_SECONDS = 2.0  # Before what died is started again.
_PORTS = {"prometheus": 9090, "alertmanager": 9093}


@dataclass(frozen=True)
class _Wanted:
    """A pod of Prometheus or Alertmanager that runs in the lab."""

    program: str
    part: str
    pod: Object


class MonitoringSupervisor:
    """Keeps the processes in step with the cluster, once `./mesh lab prometheus` has said where the programs are."""

    def __init__(self, layout: LabLayout, api: KubeApi) -> None:
        self._layout, self._api = layout, api
        self._looked = 0.0
        self._digests: dict[str, str] = {}

    def reconcile(self) -> None:
        """Start, reload, restart or stop what the cluster wants. It may be called at any time."""
        switch = switch_file(self._layout)
        if not switch.exists() or time.monotonic() - self._looked < _LOOK_SECONDS:
            return
        self._looked = time.monotonic()
        programs = {name: Path(path) for name, path in json.loads(switch.read_text()).items()}
        known = records(self._layout)
        if self._api.exists(_CRD):
            self._keep_operator(programs[OPERATOR], known.get(OPERATOR))
        wanted = self._wanted()
        for name, record in known.items():
            if record.notes.get("kind") == "monitoring" and name not in {one.part for one in wanted}:
                LOG.info("%s: its pod is gone, stopping it", name)
                stop(self._layout, [record])
                self._digests.pop(name, None)
        for one in wanted:
            self._play(one, programs[one.program], known.get(one.part))

    def port(self, pod: Object, port: int) -> int | None:
        """The loopback port that plays a port of a pod of Prometheus or Alertmanager; None where it is none of them."""
        wanted = _as_wanted(pod)
        return self._layout.port(wanted.part) if wanted and _PORTS[wanted.program] == port else None

    def _keep_operator(self, program: Path, record: Record | None) -> None:
        if record is not None and process_of(record):
            return
        if record is not None:
            if time.time() - record.created < _PAUSE_SECONDS:
                return
            stop(self._layout, [record])
        port = self._layout.port(OPERATOR)
        # Without its kubelet Service: nothing in the lab is scraped there.
        command = [str(program), f"--web.listen-address=127.0.0.1:{port}", "--log-level=info"]
        env = {"KUBECONFIG": str(self._layout.kubeconfig)}
        start(self._layout, OPERATOR, command, env=env, cwd=self._layout.root, ports={"http": port})
        LOG.info("%s: started", OPERATOR)

    def _wanted(self) -> list[_Wanted]:
        pods = self._api.items("/api/v1/pods", labelSelector=_OF_OPERATOR)
        return [wanted for pod in pods if (wanted := _as_wanted(pod))]

    def _play(self, wanted: _Wanted, program: Path, record: Record | None) -> None:
        volumes = mounted(self._api, wanted.pod)
        if volumes is None:
            return  # The operator is still making them.
        runs = record is not None and process_of(record) is not None
        if runs and record is not None and record.notes["pod"] == wanted.pod["metadata"]["uid"]:
            self._reload(wanted, record, volumes)
            return
        if record is not None:
            if not runs and time.time() - record.created < _PAUSE_SECONDS:
                return
            stop(self._layout, [record])
        self._start(wanted, program, volumes)

    def _reload(self, wanted: _Wanted, record: Record, volumes: Volumes) -> None:
        process = process_of(record)
        if self._digests.get(wanted.part) == volumes.digest or process is None:
            return
        self._write(wanted, volumes)
        send(process, signal.SIGHUP)
        LOG.info("%s: its configuration changed", wanted.part)

    def _start(self, wanted: _Wanted, program: Path, volumes: Volumes) -> None:
        folder = self._folder(wanted)
        folder.mkdir(parents=True, exist_ok=True)
        write_kubeconfig(
            self._kubeconfig(wanted),
            server=server_url(self._layout),
            certificate_authority=api_certificate(self._layout),
            token=service_account_token(self._api, wanted.pod),
            name=CONTEXT,
        )
        self._write(wanted, volumes)
        port = self._layout.port(wanted.part)
        command = [
            str(program),
            *command_arguments(wanted.pod, wanted.program, folder),
            f"--web.listen-address=127.0.0.1:{port}",
            *(["--cluster.listen-address="] if wanted.program == "alertmanager" else []),
        ]
        notes = {"kind": "monitoring", "program": wanted.program, "pod": wanted.pod["metadata"]["uid"]}
        start(self._layout, wanted.part, command, cwd=folder, ports={"http": port}, notes=notes)
        LOG.info("%s: started for pod %s", wanted.part, wanted.pod["metadata"]["name"])

    def _write(self, wanted: _Wanted, volumes: Volumes) -> None:
        folder = self._folder(wanted)
        volumes.lay_out(folder)
        given, read = reloader_files(wanted.pod)
        proxy = f"http://127.0.0.1:{self._layout.port('agent')}"
        configuration = local_configuration(wanted.pod, volumes.files[given], folder, proxy, self._kubeconfig(wanted))
        place = folder / read.lstrip("/")
        place.parent.mkdir(parents=True, exist_ok=True)
        write_atomically(place, configuration, mode=0o600)
        self._digests[wanted.part] = volumes.digest

    def _folder(self, wanted: _Wanted) -> Path:
        return self._layout.root / wanted.part

    def _kubeconfig(self, wanted: _Wanted) -> Path:
        return self._folder(wanted) / "kubeconfig"


def _as_wanted(pod: Object) -> _Wanted | None:
    """The pod as a part of the lab: the first replica of what prometheus-operator runs; None for every other pod."""
    labels: dict[str, str] = pod["metadata"].get("labels", {})
    program = labels.get("app.kubernetes.io/name", "")
    first = labels.get("apps.kubernetes.io/pod-index") == "0" and labels.get("operator.prometheus.io/shard", "0") == "0"
    of_operator = labels.get("app.kubernetes.io/managed-by") == "prometheus-operator"
    if program not in PROGRAMS or not first or not of_operator:
        return None
    if not pod["spec"].get("nodeName") or pod["metadata"].get("deletionTimestamp"):
        return None
    return _Wanted(program, part_of(program, pod["metadata"]["namespace"], labels["app.kubernetes.io/instance"]), pod)
