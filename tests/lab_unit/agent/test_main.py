"""The agent as a whole: its loop, and the process that `lab up` starts."""

import logging
import threading
from pathlib import Path

import httpx
import pytest

from lab.agent.__main__ import Attempts, run
from lab.kube_api import KubeApi
from lab.layout import LabLayout
from lab.parts import agent
from lab.processes import process_of, start, stop
from lab.readiness import await_part, wait_until
from tests.lab_unit.api_server import ApiServer


def test_a_step_that_fails_does_not_end_the_loop_and_is_logged_once(caplog: pytest.LogCaptureFixture) -> None:
    attempts = Attempts()

    def fails() -> None:
        raise httpx.ConnectError("refused")

    with caplog.at_level(logging.WARNING):
        assert [attempts.succeed("istiod", fails) for _ in range(3)] == [False] * 3, "each round tries again"
    assert caplog.messages == ["istiod: ConnectError: refused"], "four lines a second would fill the disk"


def test_a_step_that_fails_again_after_it_worked_is_logged_again(caplog: pytest.LogCaptureFixture) -> None:
    attempts = Attempts()

    def fails() -> None:
        raise OSError("full")

    for step in (fails, lambda: None, fails):
        attempts.succeed("istiod", step)
    assert caplog.messages == ["istiod: OSError: full"] * 2, "the second time is news"


def test_an_error_that_nobody_thought_of_does_not_end_the_loop(caplog: pytest.LogCaptureFixture) -> None:

    def finds_an_odd_object() -> None:
        raise KeyError("spec")

    assert not Attempts().succeed("istiod", finds_an_odd_object), "it must not take the webhooks down"
    assert "KeyError" in caplog.text, "its traceback is in the log, for whoever mends it"


def test_the_loop_serves_and_acts_on_the_cluster_until_it_is_told_to_stop(
    layout: LabLayout, server: ApiServer, api: KubeApi, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(layout.root)
    monkeypatch.setattr("lab.agent.__main__.PERIOD_SECONDS", 0.01)
    monkeypatch.setattr("lab.agent.server._POLL_SECONDS", 0.005)
    service = server.put_service("gateway", "10.96.0.1", type="LoadBalancer")
    stopping = threading.Event()
    loop = threading.Thread(target=run, args=(layout, api, Path("pilot-discovery"), stopping))
    loop.start()
    try:
        assert wait_until(lambda: service["status"] != {}, 10), "the Service gets its address"
        assert wait_until(layout.socket.exists, 10), "the API server finds its proxy"
    finally:
        stopping.set()
        loop.join(10)
    assert not loop.is_alive(), "told to stop, it stops"
    assert not layout.socket.exists(), "and cleans up"


def test_the_agents_process_answers_and_ends_on_request(layout: LabLayout, server: ApiServer) -> None:
    layout.credentials.mkdir()
    (layout.credentials / "apiserver.crt").touch()  # What the real API server makes at its first start.
    server.kubeconfig(layout.kubeconfig)
    part = agent(layout, Path("pilot-discovery"))
    record = start(layout, part.name, part.command, env=part.env)
    await_part(layout, part, record)
    assert layout.socket.is_socket(), "it was started in the lab's folder"
    stop(layout, [record], grace_seconds=10)
    assert process_of(record) is None, "it has ended"
    assert not layout.socket.exists(), "by itself: killed, it would have left its socket"
