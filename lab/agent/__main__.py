"""Run the agent: `python -m lab.agent --lab NAME --pilot-discovery PROGRAM`. `./mesh lab up` does it."""

import argparse
import logging
import signal
import threading
from collections.abc import Callable
from pathlib import Path
from types import FrameType

import httpx

from lab.agent.istiod import IstiodSupervisor
from lab.agent.load_balancers import assign_addresses
from lab.agent.server import Directory, bind
from lab.agent.stand_ins import StandIns
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
    # The API server makes its certificate when it first starts, which is at the same time.
    if not wait_until(lambda: layout.kubeconfig.exists() and api_certificate(layout).exists(), 60):
        raise SystemExit("the API server did not make its certificate within 60 s")
    api = KubeApi(layout.kubeconfig)
    istiods = IstiodSupervisor(layout, arguments.pilot_discovery, api)
    servers = bind(Directory(layout, api, istiods, StandIns()))
    stopping = threading.Event()

    def stop_serving(_number: int, _frame: FrameType | None) -> None:
        stopping.set()

    signal.signal(signal.SIGTERM, stop_serving)
    for server in servers:
        threading.Thread(target=server.serve_forever, daemon=True).start()
    while not stopping.wait(PERIOD_SECONDS):
        attempt(istiods.reconcile)
        attempt(lambda: assign_addresses(api))
    for server in servers:
        server.shutdown()
    layout.socket.unlink(missing_ok=True)


def attempt(step: Callable[[], None]) -> None:
    """Do one step of the loop; where the cluster does not answer, the next round tries again."""
    try:
        step()
    except httpx.HTTPError as error:
        LOG.warning("the API server did not answer: %s", error)


if __name__ == "__main__":
    main()
