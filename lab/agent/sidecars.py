"""Which sidecars run in the lab: requests for their pods then go through them, as in a cluster."""

import time

from lab.kube_api import Object
from lab.layout import LabLayout
from lab.processes import process_of, records
from lab.readiness import answers

PATIENCE_SECONDS = 60.0
"""How long a sidecar that comes up holds back the news of others: the news has every Envoy get everything anew, which
twenty of them would otherwise do twenty times."""


class Sidecars:
    """The sidecars that `./mesh lab envoy` started and whose Envoy is ready; `reconcile` looks again."""

    def __init__(self, layout: LabLayout) -> None:
        self._layout = layout
        # Pod -> Deployment, both as NAMESPACE/NAME. Not by address: a pod that is gone gives its own to another one.
        self._proxies: dict[str, str] = {}
        self._told = self._proxies
        self._ready: set[int] = set()

    def reconcile(self) -> None:
        """Look which of them run now. One counts from when its Envoy was first ready until its process ends."""
        found: dict[str, str] = {}
        coming = False
        for record in records(self._layout).values():
            if record.notes.get("kind") != "sidecar" or process_of(record) is None:
                continue
            if record.pid in self._ready or answers(f"http://127.0.0.1:{record.ports['admin']}/ready"):
                self._ready.add(record.pid)
                proxy = record.notes["proxy"]
                found[f"{proxy.partition('/')[0]}/{record.notes['pod']}"] = proxy
            else:
                coming = coming or time.time() - record.created < PATIENCE_SECONDS
        self._proxies = found
        if not coming:
            self._told = found

    def port(self, pod: Object, port: int) -> int | None:
        """The loopback port at which the pod's sidecar plays a port; None where none does."""
        proxy = self._proxies.get(f"{pod['metadata']['namespace']}/{pod['metadata']['name']}")
        return None if proxy is None else self._layout.ports_of(f"{proxy}/inbound").get(port)

    def others(self, proxy: str) -> str:
        """All of them but one, as text that changes once one has come or gone and no other one is coming up."""
        return " ".join(sorted(pod for pod, name in self._told.items() if name != proxy))
