"""Run one istiod process for each revision whose pod is scheduled, with the pod's own arguments and environment."""

import logging
import shutil
import time
from base64 import b64decode
from pathlib import Path

from lab.agent.workloads import Revision, istiod_pods
from lab.credentials import write_kubeconfig
from lab.kube_api import KubeApi, Object
from lab.layout import LabLayout, write_atomically
from lab.parts import CONTEXT, api_certificate, server_url
from lab.pods import arguments, container, environment, service_account_token
from lab.processes import Record, process_of, records, start, stop

LOG = logging.getLogger(__name__)

# The container's port -> the flag that moves its listener to loopback. 15017 serves the webhooks.
LISTENERS = {
    8080: "--httpAddr",
    15010: "--grpcAddr",
    15012: "--secureGRPCAddr",
    15014: "--monitoringAddr",
    15017: "--httpsAddr",
}
# Upstream's Envoy lacks Istio's ALPN and peer metadata filters; istiod must not configure them.
OVERRIDES = {
    "PILOT_ENABLE_ALPN_FILTER": "false",
    "PILOT_ENABLE_METADATA_EXCHANGE": "false",
    "CLUSTER_ID": "Kubernetes",
}
CONTAINER = "discovery"
SIGNING_CA = "cacerts"
"""The Secret with a certificate authority, which istiod's pod mounts."""
LONGEST_PAUSE_SECONDS = 30
PART_PREFIX = "istiod-"


class IstiodSupervisor:
    """Keeps the processes in step with the pods. `reconcile` may be called at any time and never waits for istiod."""

    def __init__(self, layout: LabLayout, program: Path, api: KubeApi) -> None:
        self._layout, self._program, self._api = layout, program, api

    def reconcile(self) -> None:
        """Start, restart or stop processes so that each revision with a scheduled pod has one."""
        api = self._api
        pods = istiod_pods(api)
        known = {name: one for name, one in records(self._layout).items() if name.startswith(PART_PREFIX)}
        for record in known.values():
            if record.name not in {revision.part for revision in pods}:
                LOG.info("%s: its pods are gone, stopping it", record.name)
                stop(self._layout, [record])
        for revision, found in pods.items():
            self._play(api, revision, found[0], known.get(revision.part))

    def port(self, revision: Revision, container_port: int) -> int | None:
        """The loopback port that plays a port of istiod's container."""
        if container_port not in LISTENERS:
            return None
        return self._layout.port(f"{revision.part}-{container_port}")

    def _play(self, api: KubeApi, revision: Revision, pod: Object, record: Record | None) -> None:
        template = pod["metadata"].get("labels", {}).get("pod-template-hash", "")
        restarts, died = 0, False
        if record is not None:
            died = process_of(record) is None
            restarts = int(record.notes.get("restarts", "0")) + died
            if not died and record.notes.get("template") == template:
                return
            if died and time.time() - record.created < min(restarts - 1, LONGEST_PAUSE_SECONDS):
                return  # What dies again and again is given more and more time, so that its log can be read.
        if not api.exists(revision.injector_config_map):
            return  # istiod that starts before this ConfigMap exists skips the injector for good.
        token, authority = service_account_token(api, pod), self._signing_ca(pod)
        if record is not None:
            # Only now: where the API server does not answer, the old process, or the record of its death, stays.
            LOG.info("%s: %s, starting it again", record.name, "it died" if died else "its pod changed")
            stop(self._layout, [record])
        self._start(revision, pod, token, authority, {"template": template, "restarts": str(restarts)})

    def _start(
        self, revision: Revision, pod: Object, token: str, authority: dict[str, bytes], notes: dict[str, str]
    ) -> None:
        folder = self._layout.root / revision.part
        folder.mkdir(parents=True, exist_ok=True)
        write_kubeconfig(
            folder / "kubeconfig",
            server=server_url(self._layout),
            certificate_authority=api_certificate(self._layout),
            token=token,
            name=CONTEXT,
        )
        _mount(pod, folder, authority)
        ports = {str(port): self._layout.port(f"{revision.part}-{port}") for port in LISTENERS}
        command = [
            str(self._program),
            *_arguments(pod),
            f"--kubeconfig={folder / 'kubeconfig'}",
            "--ctrlz_port=0",
            "--shutdownDuration=1s",  # By default 10 s, for the connections of Envoys that a lab does not wait for.
            *(f"{flag}=127.0.0.1:{ports[str(port)]}" for port, flag in LISTENERS.items()),
        ]
        env = {**environment(pod, CONTAINER), **OVERRIDES}
        start(self._layout, revision.part, command, env=env, cwd=folder, ports=ports, notes=notes)
        LOG.info("%s: started for pod %s", revision.part, pod["metadata"]["name"])

    def _signing_ca(self, pod: Object) -> dict[str, bytes]:
        """The files of the Secret `cacerts`; none where it is not there, or the pod does not mount it."""
        if _mount_path(pod) is None:
            return {}
        secret = f"/api/v1/namespaces/{pod['metadata']['namespace']}/secrets/{SIGNING_CA}"
        data: dict[str, str] = self._api.get(secret)["data"] if self._api.exists(secret) else {}
        return {name: b64decode(content) for name, content in data.items()}


def _mount(pod: Object, folder: Path, files: dict[str, bytes]) -> None:
    """Lay down the files of `cacerts` as a kubelet does.

    istiod works in / and looks for them by a relative path (ROOT_CA_DIR), so that `folder` takes the place of /.
    """
    shutil.rmtree(folder / "etc", ignore_errors=True)
    place = folder / (_mount_path(pod) or "").lstrip("/")
    for name, content in files.items():
        place.mkdir(parents=True, mode=0o700, exist_ok=True)
        write_atomically(place / name, content, mode=0o600)


def _mount_path(pod: Object) -> str | None:
    """Where istiod's container finds the Secret `cacerts`; None where the pod does not mount it."""
    volumes = pod["spec"].get("volumes", [])
    named = {one["name"] for one in volumes if one.get("secret", {}).get("secretName") == SIGNING_CA}
    mounts = container(pod, CONTAINER).get("volumeMounts", [])
    return next((one["mountPath"] for one in mounts if one["name"] in named), None)


def _arguments(pod: Object) -> list[str]:
    """The container's arguments without the listeners, which the lab places itself."""
    kept: list[str] = []
    skip = False
    for argument in arguments(pod, CONTAINER):
        if skip or argument.split("=")[0] in LISTENERS.values():
            skip = not skip and "=" not in argument
            continue
        kept.append(argument)
    return kept
