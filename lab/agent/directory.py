"""Who plays which address of the cluster."""

import socket
from dataclasses import dataclass
from typing import Any

from lab.agent.istiod import IstiodSupervisor
from lab.agent.monitoring.network import PodNetwork
from lab.agent.sidecars import Sidecars
from lab.agent.stand_ins import StandIns
from lab.agent.workloads import pod_at, revision_of, service_at, target_port
from lab.errors import LabError
from lab.kube_api import KubeApi
from lab.layout import LabLayout

_ANY_ADDRESS = {"0.0.0.0", "::"}  # noqa: S104 - listeners of pods, which are bound to loopback here


@dataclass(frozen=True)
class Directory:
    """What the API server and the Envoys' bridges ask the agent."""

    layout: LabLayout
    api: KubeApi
    istiods: IstiodSupervisor
    stand_ins: StandIns
    sidecars: Sidecars
    network: PodNetwork

    def service(self, address: str, port: int) -> int | None:
        """The loopback port that plays a Service's port; only istiod's Services are reached this way."""
        service = service_at(self.api, address)
        if service is None:
            return None
        revision = revision_of(service["metadata"]["namespace"], service["spec"].get("selector") or {})
        target = target_port(service, port)
        return self.istiods.port(revision, target) if revision and isinstance(target, int) else None

    def connect(self, address: str) -> socket.socket:
        """A connection to the process that plays HOST:PORT.

        Raises:
            LabError: nothing plays it.
            OSError: the process does not answer.
            httpx.HTTPError: the API server does not say who has the address.
        """
        host, _, port = address.rpartition(":")
        target = self.service(host.strip("[]"), int(port)) if port.isdigit() else None
        if target is None:
            raise LabError(f"no process of the lab plays {address}")
        return socket.create_connection(("127.0.0.1", target), timeout=5)

    def endpoint(self, address: str, port: int) -> dict[str, Any]:
        """The loopback port that plays an endpoint, 0 where nothing does: its sidecar's where one runs."""
        pod = pod_at(self.api, address)
        through = self.sidecars.port(pod, port) if pod else None
        if through is not None:
            return {"port": through, "sidecar": True}
        return {**self.stand_in(address, port), "sidecar": False}

    def stand_in(self, address: str, port: int) -> dict[str, Any]:
        """The loopback port of what stands for a container of a pod itself, 0 where nothing does."""
        return {"port": self.stand_ins.port(self.api, address, port) or 0}

    def listener(self, proxy: str, direction: str, address: str, port: int) -> dict[str, Any]:
        """The loopback port on which a proxy's listener is bound: the same one for the life of the lab."""
        owner = f"{proxy}/inbound" if direction == "inbound" else proxy
        return {"port": self.layout.port(f"{owner}:{port}" if address in _ANY_ADDRESS else f"{owner}@{address}:{port}")}

    def running_sidecars(self, proxy: str) -> dict[str, Any]:
        """What changes when a sidecar other than the asking proxy comes or goes."""
        return {"sidecars": self.sidecars.others(proxy)}
