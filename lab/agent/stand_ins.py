"""Which servers on loopback stand for pods whose containers never run, and for hosts outside the cluster."""

import ipaddress
import threading

from lab.agent.behaviour import Play
from lab.agent.certificates import STRANGER, Certificates
from lab.agent.played import PlayedPort
from lab.agent.workloads import pod_at
from lab.kube_api import KubeApi, Object
from lab.layout import LabLayout
from lab.parts import POD_CIDR

_OUTSIDE = "outside/"


class StandIns:
    """One server for each pod or host and port, started when first asked for and kept for the life of the agent."""

    def __init__(self, layout: LabLayout) -> None:
        self.play = Play()
        self._layout = layout
        self._trusted = Certificates(layout.credentials)
        self._strangers = Certificates(layout.credentials, STRANGER)
        self._serving: set[str] = set()
        self._lock = threading.Lock()

    def port(self, api: KubeApi, address: str, port: int) -> int | None:
        """The loopback port that answers for a port of a pod, or of a host or address outside the cluster.

        None for this machine's own names, and for a pod's address that no pod has.
        """
        pod = pod_at(api, address)
        if pod is not None:
            return self._serve(f"{_owner(pod)}:{port}", _identity(pod))
        if _is_outside(address):
            return self._serve(f"{_OUTSIDE}{address}:{port}", _outside(address))
        return None

    def resume(self, api: KubeApi) -> None:
        """Serve again what an agent before this one did: Envoys go on using the ports that they were given."""
        for pod in api.items("/api/v1/pods"):
            for port in self._layout.ports_of(_owner(pod)):
                self._serve(f"{_owner(pod)}:{port}", _identity(pod))
        for use in self._layout.ports():
            if use.startswith(_OUTSIDE):
                self._serve(use, _outside(use.removeprefix(_OUTSIDE).rpartition(":")[0]))

    def _serve(self, use: str, identity: dict[str, str]) -> int:
        with self._lock:
            local = self._layout.port(use)
            if use not in self._serving:
                PlayedPort(local, identity, self.play, self._trusted, self._strangers)
                self._serving.add(use)
        return local


def _owner(pod: Object) -> str:
    return f"stand-in/{pod['metadata']['uid']}"


def _identity(pod: Object) -> dict[str, str]:
    labels = pod["metadata"].get("labels", {})
    return {
        "service": labels.get("app", pod["metadata"]["name"]),
        "version": labels.get("version", ""),
        "pod": pod["metadata"]["name"],
        "namespace": pod["metadata"]["namespace"],
    }


def _outside(host: str) -> dict[str, str]:
    return {"service": host, "version": "", "pod": "", "namespace": ""}


def _is_outside(address: str) -> bool:
    """Whether an address that no pod has may be one outside the cluster."""
    try:
        number = ipaddress.ip_address(address)
    except ValueError:
        return address != "localhost"
    return not (number.is_loopback or number.is_unspecified or number in ipaddress.ip_network(POD_CIDR))
