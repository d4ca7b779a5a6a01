"""Istio's metrics of the requests that the lab's Envoys served, as if the Envoys had counted them."""

import json
import threading
import time
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

from lab.agent.monitoring.requests import DESTINATION, Line, Workload, labels
from lab.agent.monitoring.series import Series
from lab.layout import LabLayout
from lab.processes import Record, records
from lab.proxy_files import POD_INFO, REQUESTS

# Each Envoy writes its lines within a second; so long the destination waits for the source's, which says who it is.
PATIENCE_SECONDS = 3.0
# How long a data plane that came may go unnoticed.
_LOOK_SECONDS = 1.0


@dataclass
class _Plane:
    """One data plane: how far its file was read, and what was counted."""

    pid: int
    workload: Workload
    file: Path
    offset: int = 0
    series: Series = field(default_factory=Series)
    waiting: list[tuple[float, Line]] = field(default_factory=list[tuple[float, Line]])

    def new_lines(self) -> Iterator[Line]:
        """What was written since the last time, in whole lines."""
        if not self.file.exists():
            return
        with self.file.open("rb") as file:
            file.seek(self.offset)
            for line in file:
                if not line.endswith(b"\n"):
                    return
                self.offset += len(line)
                yield json.loads(line)

    def count(self, line: Line, peer: Workload | None) -> None:
        """Count one request."""
        found = labels(line, self.workload, peer)
        self.series.count("istio_requests_total", found)
        self.series.observe("istio_request_duration_milliseconds", found, line["duration"] or 0)
        self.series.observe("istio_request_bytes", found, (line["request_body"] or 0) + (line["request_headers"] or 0))
        self.series.observe(
            "istio_response_bytes", found, (line["response_body"] or 0) + (line["response_headers"] or 0)
        )


class RequestMetrics:
    """Reads the files of all data planes whenever one of them is asked for.

    Who sent a request is told by the two ends of its connection: a destination's remote address is the address from
    which its source sent. So a sender is known where its Envoy runs in the lab, with and without mutual TLS.
    """

    def __init__(self, layout: LabLayout) -> None:
        self._layout = layout
        self._planes: dict[str, _Plane] = {}
        self._senders: dict[str, Workload] = {}
        self._looked = float("-inf")
        self._lock = threading.Lock()

    def text(self, part: str) -> str:
        """What the data plane of this part reports since its start."""
        with self._lock:
            self._read()
            return self._planes[part].series.text() if part in self._planes else ""

    def _read(self) -> None:
        now = time.monotonic()
        if now - self._looked > _LOOK_SECONDS:
            known = {name: one for name, one in records(self._layout).items() if "proxy" in one.notes}
            self._planes = {name: self._plane(record) for name, record in known.items()}
            self._looked = now
        for plane in self._planes.values():
            for line in plane.new_lines():
                if line["reporter"] == DESTINATION:
                    plane.waiting.append((now, line))
                    continue
                plane.count(line, None)
                if line["sent_from"]:
                    self._senders[line["sent_from"]] = plane.workload
        for plane in self._planes.values():
            plane.waiting = [one for one in plane.waiting if not self._settled(plane, *one, now)]

    def _settled(self, plane: _Plane, since: float, line: Line, now: float) -> bool:
        peer = self._senders.get(line["remote"])
        if peer is None and now - since < PATIENCE_SECONDS:
            return False
        plane.count(line, peer)
        return True

    def _plane(self, record: Record) -> _Plane:
        known = self._planes.get(record.name)
        if known is not None and known.pid == record.pid:
            return known
        folder = self._layout.root / record.name
        namespace, _, name = record.notes["proxy"].partition("/")
        workload = Workload.of_pod(name, namespace, _labels(folder / POD_INFO / "labels"))
        return _Plane(record.pid, workload, folder / REQUESTS)


def _labels(file: Path) -> dict[str, str]:
    """The pod's labels, in the format of the downward API."""
    pairs = (line.partition("=") for line in file.read_text().splitlines())
    return {key: json.loads(value) for key, _, value in pairs}
