"""Requests to pods, as Prometheus sends them through the agent."""

import json
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from threading import Thread

import pytest

from lab.agent.istiod import IstiodSupervisor
from lab.agent.monitoring.collector import RequestMetrics
from lab.agent.monitoring.network import PodNetwork
from lab.agent.monitoring.supervisor import MonitoringSupervisor
from lab.kube_api import KubeApi
from lab.layout import LabLayout
from tests.lab_unit.agent.monitoring.lines import data_plane, line, write
from tests.lab_unit.agent.monitoring.pods import prometheus_pod
from tests.lab_unit.api_server import ApiServer


@pytest.fixture
def network(layout: LabLayout, api: KubeApi) -> PodNetwork:
    """The pods of the cluster, as far as the lab plays them."""
    istiods = IstiodSupervisor(layout, Path("istiod"), api)
    return PodNetwork(layout, api, istiods, MonitoringSupervisor(layout, api), RequestMetrics(layout))


class Echo(ThreadingHTTPServer):
    """A process of the lab: it says what it was asked."""

    def __init__(self, port: int) -> None:
        super().__init__(("127.0.0.1", port), Says)
        Thread(target=self.serve_forever, kwargs={"poll_interval": 0.005}, daemon=True).start()


class Says(BaseHTTPRequestHandler):
    """One request."""

    def do_GET(self) -> None:
        """Say it."""
        body = self.rfile.read(int(self.headers.get("Content-Length") or 0)).decode()
        content = f"{json.dumps([self.command, self.path, self.headers.get('Accept'), body])}\n".encode()
        self.send_response(200)
        self.send_header("Content-Type", "text/echo")
        self.send_header("Content-Length", str(len(content)))
        self.end_headers()
        self.wfile.write(content)

    def do_POST(self) -> None:
        """Say it, with the body."""
        self.do_GET()

    def log_message(self, format: str, *args: object) -> None:  # noqa: A002 - the base class names it so
        """Keep the output of the tests clean."""


@pytest.fixture
def echo() -> Iterator[list[Echo]]:
    """Processes that a test starts, ended with it."""
    started: list[Echo] = []
    yield started
    for one in started:
        one.shutdown()
        one.server_close()


def test_istiod_is_asked_at_its_pods_address(
    network: PodNetwork, layout: LabLayout, server: ApiServer, echo: list[Echo]
):
    server.put_pod("istiod-1", namespace="istio-system", ip="10.244.0.3", labels={"app": "istiod"})
    echo.append(Echo(layout.port("istiod-istio-system.default-15014")))

    answer = network.answer("GET", "http://10.244.0.3:15014/metrics?a=b", {"Accept": "text/plain"}, b"")

    assert (answer.status, answer.content_type) == (200, "text/echo")
    assert json.loads(answer.body) == ["GET", "/metrics?a=b", "text/plain", ""]


def test_alerts_reach_the_alertmanager_or_prometheus_that_the_lab_runs(
    network: PodNetwork, layout: LabLayout, server: ApiServer, echo: list[Echo]
):
    prometheus_pod(server, ip="10.244.0.4")
    echo.append(Echo(layout.port("prometheus-monitoring.mesh")))

    answer = network.answer("POST", "http://10.244.0.4:9090/api/v2/alerts", {}, b"[1]")

    assert json.loads(answer.body)[::3] == ["POST", "[1]"]


@pytest.mark.parametrize("port", [15020, 15090])
def test_an_envoy_answers_with_its_own_metrics_and_istios(
    network: PodNetwork, layout: LabLayout, server: ApiServer, echo: list[Echo], port: int
):
    write(data_plane(layout, "envoy-in.gateway", "in/gateway", {"app": "gateway"}), line("source"))
    server.put_pod("envoy-in.gateway-1", namespace="in", ip="10.244.0.5")
    echo.append(Echo(layout.port("envoy-in.gateway-prometheus")))

    answer = network.answer("GET", f"http://10.244.0.5:{port}/stats/prometheus", {"Accept": "protobuf"}, b"")

    own, _, istio = answer.body.decode().partition("\n")
    assert json.loads(own)[2] == "text/plain;version=0.0.4", "Istio's metrics could not be added to another format"
    assert istio.startswith("# TYPE istio_requests_total counter\n")


@pytest.mark.parametrize(
    ("url", "reason"),
    [
        ("http://10.244.0.9:8080/metrics", "no process of the lab plays 10.244.0.9:8080"),
        ("http://10.244.0.6:8080/metrics", "no process of the lab plays 10.244.0.6:8080"),
    ],
    ids=["nobody's address", "a container that kwok plays"],
)
def test_a_pod_that_nothing_plays_does_not_answer(network: PodNetwork, server: ApiServer, url: str, reason: str):
    server.put_pod("app", ip="10.244.0.6")
    answer = network.answer("GET", url, {}, b"")
    assert (answer.status, answer.body.decode()) == (502, f"{reason}\n"), "Prometheus then says that it is down"


def test_a_process_that_does_not_run_is_a_bad_gateway(network: PodNetwork, server: ApiServer):
    prometheus_pod(server, ip="10.244.0.4")
    assert network.answer("GET", "http://10.244.0.4:9090/", {}, b"").status == 502
