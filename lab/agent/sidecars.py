"""Which sidecars run in the lab: requests for their pods then go through them, as in a cluster."""

from lab.layout import LabLayout
from lab.processes import process_of, records
from lab.readiness import answers


class Sidecars:
    """The sidecars that `./mesh lab envoy` started and whose Envoy is ready; `reconcile` looks again."""

    def __init__(self, layout: LabLayout) -> None:
        self._layout = layout
        self._proxies: dict[str, str] = {}  # Pod's address -> NAMESPACE/NAME of its Deployment.
        self._ready: set[int] = set()

    def reconcile(self) -> None:
        """Look which of them run now. One counts from when its Envoy was first ready until its process ends."""
        found: dict[str, str] = {}
        for record in records(self._layout).values():
            address = record.notes.get("sidecar_of")
            if address is None or process_of(record) is None:
                continue
            if record.pid in self._ready or answers(f"http://127.0.0.1:{record.ports['admin']}/ready"):
                self._ready.add(record.pid)
                found[address] = record.notes["proxy"]
        self._proxies = found

    def port(self, address: str, port: int) -> int | None:
        """The loopback port at which the sidecar of the pod with this address plays a port; None where none does."""
        proxy = self._proxies.get(address)
        return None if proxy is None else self._layout.ports_of(f"{proxy}/inbound").get(port)

    def others(self, proxy: str) -> str:
        """All of them but one, as text that changes whenever one comes or goes."""
        return " ".join(sorted(f"{name}@{address}" for address, name in self._proxies.items() if name != proxy))
