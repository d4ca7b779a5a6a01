"""Requests to the addresses of pods, as Prometheus and Alertmanager send them to the agent as their HTTP proxy."""

import time
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
from lab.processes import process_of, records

_SECONDS = 10.0
# How long a pod's address is known to lead to a process. Prometheus asks many pods every few seconds.
_REMEMBERED_SECONDS = 3.0
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


@dataclass(frozen=True)
class _Player:
    """What plays a pod, if anything: the part of its data plane. `since` is a time of `time.monotonic`."""

    since: float
    pod: Object | None
    plane: str | None


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
        self._players: dict[str, _Player] = {}
        # One for all: to make a client takes longer than a scrape.
        self._client = httpx.Client(timeout=_SECONDS, trust_env=False, verify=False)  # noqa: S501 - loopback, no TLS

    def answer(self, method: str, url: str, headers: Mapping[str, str], body: bytes) -> Answer:
        """Send a request on to the process that plays its host; 502 with the reason where none answers."""
        try:
            return self._ask(method, url, headers, body)
        except (httpx.HTTPError, LabError) as error:
            return Answer(502, "text/plain", f"{error}\n".encode())

    def _ask(self, method: str, url: str, headers: Mapping[str, str], body: bytes) -> Answer:
        target = urlsplit(url)
        host, port = target.hostname or "", target.port or 80
        player = self._player(host)
        if player.plane and port in _STATS_PORTS and target.path == _STATS_PATH:
            return self._stats(player.plane)
        local = self._local_port(player.pod, port) if player.pod else None
        if local is None:
            raise LabError(f"no process of the lab plays {host}:{port}")
        passed = {name: value for name, value in headers.items() if name.lower() in _HEADERS}
        path = target._replace(scheme="", netloc="").geturl() or "/"
        answer = self._client.request(method, f"http://127.0.0.1:{local}{path}", headers=passed, content=body)
        return Answer(answer.status_code, answer.headers.get("content-type", ""), answer.content)

    def _stats(self, plane: str) -> Answer:
        """Envoy's own metrics, and Istio's of the requests that it served."""
        port = self._layout.port(f"{plane}-prometheus")
        answer = self._client.get(f"http://127.0.0.1:{port}{_STATS_PATH}", headers={"Accept": _TEXT})
        answer.raise_for_status()
        return Answer(200, _TEXT, answer.content + self._metrics.text(plane).encode())

    def _player(self, host: str) -> _Player:
        known = self._players.get(host)
        if known is None or time.monotonic() - known.since > _REMEMBERED_SECONDS:
            pod = pod_at(self._api, host)
            known = _Player(time.monotonic(), pod, self._data_plane(pod) if pod else None)
            self._players[host] = known
        return known

    def _data_plane(self, pod: Object) -> str | None:
        """The part of the running data plane of a pod."""
        namespace, name = pod["metadata"]["namespace"], pod["metadata"]["name"]
        for record in records(self._layout).values():
            if record.notes.get("pod") == name and record.notes.get("proxy", "").startswith(f"{namespace}/"):
                return record.name if process_of(record) else None
        return None

    def _local_port(self, pod: Object, port: int) -> int | None:
        revision = revision_of(pod["metadata"]["namespace"], pod["metadata"].get("labels", {}))
        return self._istiods.port(revision, port) if revision else self._monitoring.port(pod, port)
