"""The agent's servers with real sockets, for a cluster with istiod's Service."""

import http.client
import json
import socket
from collections.abc import Iterator
from pathlib import Path

import pytest

from lab.agent.directory import Directory
from lab.agent.istiod import IstiodSupervisor
from lab.agent.monitoring.collector import RequestMetrics
from lab.agent.monitoring.network import PodNetwork
from lab.agent.monitoring.supervisor import MonitoringSupervisor
from lab.agent.server import Doors
from lab.agent.sidecars import Sidecars
from lab.agent.stand_ins import StandIns
from lab.agent.workloads import Revision
from lab.kube_api import KubeApi
from lab.layout import LabLayout
from tests.lab_unit.api_server import ApiServer


class OneIstiod(IstiodSupervisor):
    """A supervisor that plays each of istiod's ports by the same server."""

    def __init__(self, layout: LabLayout, api: KubeApi, plays: int) -> None:
        super().__init__(layout, Path("istiod"), api)
        self.plays = plays

    def port(self, revision: Revision, container_port: int) -> int | None:
        """The loopback port."""
        return None if super().port(revision, container_port) is None else self.plays


@pytest.fixture
def istiod() -> Iterator[socket.socket]:
    """A listening socket that stands for istiod's webhook port."""
    with socket.create_server(("127.0.0.1", 0)) as listener:
        listener.settimeout(10)
        yield listener


@pytest.fixture
def doors(
    layout: LabLayout, api: KubeApi, server: ApiServer, istiod: socket.socket, monkeypatch: pytest.MonkeyPatch
) -> Iterator[Doors]:
    """The agent's servers, in the lab's folder, for a cluster with istiod's Service."""
    monkeypatch.chdir(layout.root)
    monkeypatch.setattr("lab.agent.server._POLL_SECONDS", 0.005)  # So that the test ends quickly.
    ports = [{"port": 443, "targetPort": 15017}, {"port": 15014}, {"port": 80, "targetPort": "http"}]
    server.put_service("istiod", "10.96.0.7", namespace="istio-system", selector={"app": "istiod"}, ports=ports)
    server.put_service("other", "10.96.0.8", selector={"app": "other"}, ports=[{"port": 443}])
    plays = OneIstiod(layout, api, istiod.getsockname()[1])
    network = PodNetwork(layout, api, plays, MonitoringSupervisor(layout, api), RequestMetrics(layout))
    doors = Doors(Directory(layout, api, plays, StandIns(layout), Sidecars(layout), network))
    yield doors
    doors.close()


def ask(layout: LabLayout, path: str, question: object = None) -> tuple[int, object]:
    """Ask the directory over loopback."""
    connection = http.client.HTTPConnection("127.0.0.1", layout.port("agent"), timeout=10)
    try:
        body = None if question is None else json.dumps(question)
        connection.request("GET" if body is None else "POST", path, body)
        answer = connection.getresponse()
        return answer.status, json.loads(answer.read())
    finally:
        connection.close()
