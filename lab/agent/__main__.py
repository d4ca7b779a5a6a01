"""Run the agent: `python -m lab.agent --lab NAME --pilot-discovery PROGRAM`. `./mesh lab up` does it."""

import argparse
import logging
import os
import signal
import threading
from collections.abc import Callable
from pathlib import Path
from types import FrameType

import httpx

from lab.agent.directory import Directory
from lab.agent.istiod import IstiodSupervisor
from lab.agent.load_balancers import assign_addresses
from lab.agent.monitoring.collector import RequestMetrics
from lab.agent.monitoring.network import PodNetwork
from lab.agent.monitoring.supervisor import MonitoringSupervisor
from lab.agent.server import Doors
from lab.agent.sidecars import Sidecars
from lab.agent.stand_ins import StandIns
from lab.errors import LabError
from lab.kube_api import KubeApi
from lab.layout import LabLayout
from lab.parts import api_certificate
from lab.readiness import wait_until

LOG = logging.getLogger("lab.agent")
# How long a scheduled istiod pod or a new LoadBalancer waits at most for the lab to act on it.
PERIOD_SECONDS = 0.25


def main() -> None:
    """Serve at once, so that the API server finds its egress proxy; look at the cluster once there is one."""
    parser = argparse.ArgumentParser(prog="lab.agent")
    parser.add_argument("--lab", required=True)
    parser.add_argument("--checkout", type=Path, required=True)
    parser.add_argument("--pilot-discovery", type=Path, required=True)
    arguments = parser.parse_args()
    logging.basicConfig(level=logging.INFO, format="%(asctime)s %(name)s %(message)s")
    logging.getLogger("httpx").setLevel(logging.WARNING)

    layout = LabLayout(arguments.lab, arguments.checkout)
    os.chdir(layout.root)  # The socket is named relative to it.
    stopping = threading.Event()

    def stop_serving(_number: int, _frame: FrameType | None) -> None:
        stopping.set()

    signal.signal(signal.SIGTERM, stop_serving)
    # The API server makes its certificate when it first starts, which is at the same time.
    if not wait_until(lambda: stopping.is_set() or api_certificate(layout).exists(), 60):
        raise SystemExit("the API server did not make its certificate within 60 s")
    if not stopping.is_set():
        with KubeApi(layout.kubeconfig) as api:
            run(layout, api, arguments.pilot_discovery, stopping)


def run(layout: LabLayout, api: KubeApi, pilot_discovery: Path, stopping: threading.Event) -> None:
    """Serve, and act on what the cluster holds, until `stopping` is set."""
    istiods, stand_ins = IstiodSupervisor(layout, pilot_discovery, api), StandIns(layout)
    sidecars, monitoring = Sidecars(layout), MonitoringSupervisor(layout, api)
    network = PodNetwork(layout, api, istiods, monitoring, RequestMetrics(layout))
    doors = Doors(Directory(layout, api, istiods, stand_ins, sidecars, network))
    attempts = Attempts()
    resumed = False
    while not stopping.wait(PERIOD_SECONDS):
        resumed = resumed or attempts.succeed("stand-ins", lambda: stand_ins.resume(api))
        attempts.succeed("istiod", istiods.reconcile)
        attempts.succeed("sidecars", sidecars.reconcile)
        attempts.succeed("monitoring", monitoring.reconcile)
        attempts.succeed("load balancers", lambda: assign_addresses(api))
        attempts.succeed("socket", doors.reopen_socket)
    doors.close()


class Attempts:
    """Do the steps of the loop so that none of them ends it: the next round tries again."""

    def __init__(self) -> None:
        self._failures: dict[str, str] = {}

    def succeed(self, name: str, step: Callable[[], None]) -> bool:
        """True where the step was done. A failure is logged when it is another one than the last time."""
        failure = ""
        try:
            step()
        except (httpx.HTTPError, OSError, LabError) as error:  # The API server is away, the disk full, a port taken.
            failure = f"{type(error).__name__}: {error}"
        except Exception as error:  # An object that nobody thought of must not take the webhooks down.
            failure = f"{type(error).__name__}: {error}"
            if failure != self._failures.get(name):
                LOG.exception("%s", name)
        if failure and failure != self._failures.get(name):
            LOG.warning("%s: %s", name, failure)
        self._failures[name] = failure
        return not failure


if __name__ == "__main__":
    main()
