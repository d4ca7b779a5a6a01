"""Which sidecars and gateways run in the lab: what is sent to their pods then goes to them, as in a cluster."""

import time
from dataclasses import dataclass

from lab.kube_api import Object
from lab.layout import LabLayout
from lab.processes import process_of, records
from lab.readiness import answers

PATIENCE_SECONDS = 60.0
"""How long a sidecar that comes up holds back the news of others: the news has every Envoy get everything anew, which
twenty of them would otherwise do twenty times."""


_PORTS = {"sidecar": "/inbound", "gateway": ""}
"""Whose ports play those of a pod, by the kind of its data plane: a sidecar has others for what the workload sends."""


@dataclass(frozen=True)
class _Running:
    """One data plane: its Deployment as NAMESPACE/NAME, and by what the ports of its pod are given out."""

    proxy: str
    owner: str


class Sidecars:
    """The data planes that `./mesh lab envoy` started and whose Envoy is ready; `reconcile` looks again."""

    def __init__(self, layout: LabLayout) -> None:
        self._layout = layout
        # By pod, as NAMESPACE/NAME. Not by address: a pod that is gone gives its own to another one.
        self._proxies: dict[str, _Running] = {}
        self._told = self._proxies
        self._ready: set[int] = set()

    def reconcile(self) -> None:
        """Look which of them run now. One counts from when its Envoy was first ready until its process ends."""
        found: dict[str, _Running] = {}
        coming = False
        for record in records(self._layout).values():
            ports = _PORTS.get(record.notes.get("kind", ""))
            if ports is None or process_of(record) is None:
                continue
            if record.pid in self._ready or answers(f"http://127.0.0.1:{record.ports['admin']}/ready"):
                self._ready.add(record.pid)
                proxy = record.notes["proxy"]
                found[f"{proxy.partition('/')[0]}/{record.notes['pod']}"] = _Running(proxy, f"{proxy}{ports}")
            else:
                coming = coming or time.time() - record.created < PATIENCE_SECONDS
        self._proxies = found
        if not coming:
            self._told = found

    def port(self, pod: Object, port: int) -> int | None:
        """The loopback port at which the pod's data plane plays a port; None where none does."""
        running = self._proxies.get(f"{pod['metadata']['namespace']}/{pod['metadata']['name']}")
        return None if running is None else self._layout.ports_of(running.owner).get(port)

    def others(self, proxy: str) -> str:
        """All of them but one, as text that changes once one has come or gone and no other one is coming up."""
        return " ".join(sorted(pod for pod, running in self._told.items() if running.proxy != proxy))
