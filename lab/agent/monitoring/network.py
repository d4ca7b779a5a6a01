"""Requests to the addresses of pods, as Prometheus and Alertmanager send them to the agent as their HTTP proxy."""

from collections.abc import Mapping
from dataclasses import dataclass
from urllib.parse import urlsplit

import httpx

from lab.agent.istiod import IstiodSupervisor
from lab.agent.monitoring.collector import RequestMetrics
from lab.agent.monitoring.supervisor import MonitoringSupervisor
from lab.agent.workloads import pod_at, revision_of
from lab.errors import LabError
from lab.kube_api import KubeApi, Object
from lab.layout import LabLayout
from lab.processes import Record, process_of, records

_SECONDS = 10.0
# Where a pod's Envoy is asked for its metrics: its own port, and the agent's, which merges those of the application.
_STATS_PORTS = (15090, 15020)
_STATS_PATH = "/stats/prometheus"
_HEADERS = ("accept", "content-type", "user-agent")
# Envoy may answer in other formats, to which Istio's metrics could not be added.
_TEXT = "text/plain;version=0.0.4"


@dataclass(frozen=True)
class Answer:
    """An answer, whole."""

    status: int
    content_type: str
    body: bytes


class PodNetwork:
    """Who plays a port of a pod: istiod, an Envoy, Prometheus, Alertmanager. Other containers do not answer."""

    def __init__(
        self,
        layout: LabLayout,
        api: KubeApi,
        istiods: IstiodSupervisor,
        monitoring: MonitoringSupervisor,
        metrics: RequestMetrics,
    ) -> None:
        self._layout, self._api = layout, api
        self._istiods, self._monitoring, self._metrics = istiods, monitoring, metrics

    def answer(self, method: str, url: str, headers: Mapping[str, str], body: bytes) -> Answer:
        """Send a request on to the process that plays its host; 502 with the reason where none answers."""
        try:
            return self._ask(method, url, headers, body)
        except (httpx.HTTPError, LabError) as error:
            return Answer(502, "text/plain", f"{error}\n".encode())

    def _ask(self, method: str, url: str, headers: Mapping[str, str], body: bytes) -> Answer:
        target = urlsplit(url)
        host, port = target.hostname or "", target.port or 80
        pod = pod_at(self._api, host)
        plane = self._data_plane(pod) if pod else None
        if plane is not None and port in _STATS_PORTS and target.path == _STATS_PATH:
            return self._stats(plane)
        local = self._local_port(pod, port) if pod else None
        if local is None:
            raise LabError(f"no process of the lab plays {host}:{port}")
        passed = {name: value for name, value in headers.items() if name.lower() in _HEADERS}
        path = target._replace(scheme="", netloc="").geturl() or "/"
        answer = httpx.request(
            method,
            f"http://127.0.0.1:{local}{path}",
            headers=passed,
            content=body,
            timeout=_SECONDS,
            trust_env=False,
        )
        return Answer(answer.status_code, answer.headers.get("content-type", ""), answer.content)

    def _stats(self, plane: Record) -> Answer:
        """Envoy's own metrics, and Istio's of the requests that it served."""
        port = self._layout.port(f"{plane.name}-prometheus")
        answer = httpx.get(
            f"http://127.0.0.1:{port}{_STATS_PATH}", headers={"Accept": _TEXT}, timeout=_SECONDS, trust_env=False
        )
        answer.raise_for_status()
        return Answer(200, _TEXT, answer.content + self._metrics.text(plane.name).encode())

    def _data_plane(self, pod: Object) -> Record | None:
        """The running data plane of a pod."""
        namespace, name = pod["metadata"]["namespace"], pod["metadata"]["name"]
        for record in records(self._layout).values():
            if record.notes.get("pod") == name and record.notes.get("proxy", "").startswith(f"{namespace}/"):
                return record if process_of(record) else None
        return None

    def _local_port(self, pod: Object, port: int) -> int | None:
        revision = revision_of(pod["metadata"]["namespace"], pod["metadata"].get("labels", {}))
        return self._istiods.port(revision, port) if revision else self._monitoring.port(pod, port)
