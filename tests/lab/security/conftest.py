"""One deployment with a sidecar for every workload, for all proofs by handshakes."""

from collections.abc import Generator, Iterator, Mapping, Sequence
from contextlib import contextmanager
from copy import deepcopy
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
import yaml

from lab.data_planes import data_planes
from lab.processes import stop
from lab.proxy import Proxy, run_proxies
from tests.lab.conftest import Lab
from tests.lab.own_stack import OwnStack
from tests.lab.security import grid
from tests.lab.security.asking import Client, await_routes
from tests.lab.security.ext_authz import Decisions, serving, serving_grpc
from tests.lab.security.tokens import Issuer
from tests.lab.security.workloads import identified
from tests.lab.traffic.workloads import apply

MESH: dict[str, Any] = yaml.safe_load(Path(__file__).with_name("stack.yaml").read_text(encoding="utf-8"))
CALLERS = ("clients/friend", "clients/stranger")
CALLEES = (
    "secured/strict",
    "secured/rules",
    "secured/walls",
    "secured/tokens",
    "secured/asked",
    "secured/edge",
    "trial/trial",
)
VERSIONS = ("secured/claims-v1", "secured/claims-v2")
"""The pods of a service with versions."""
GATEWAY = "istio-ingress/ingressgateway"
DOOR = "secured/door-istio"
"""The gateway that istiod itself deploys for a Gateway of the Gateway API."""
SECOND_PORT = 9090


@dataclass(frozen=True)
class Deployment:
    """The stack that is deployed, and who decides and issues outside of the cluster."""

    lab: Lab
    decisions: Decisions
    issuer: Issuer


@dataclass(frozen=True)
class Secured(Deployment):
    """What is deployed, and the data planes of its workloads by NAMESPACE/NAME."""

    sidecars: Mapping[str, Proxy]

    @property
    def friend(self) -> Client:
        """The workload that rules name."""
        return Client(self.sidecars["clients/friend"])

    @property
    def stranger(self) -> Client:
        """The workload that no rule names."""
        return Client(self.sidecars["clients/stranger"])


def mesh(issuer: Issuer, ports: Mapping[str, int]) -> dict[str, Any]:
    """The `mesh` object of the stack; `ports` are those of the authorizers."""
    whole = deepcopy(MESH)
    whole["services"] |= grid.services()
    for one in whole["jwt"].values():
        one["jwks"] = issuer.jwks()
    whole["resources"][0]["spec"]["endpoints"][0]["ports"] = dict(ports)
    return whole


@pytest.fixture(scope="package")
def deployment(lab: Lab, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Deployment]:
    """The stack, deployed, with a pod for every workload."""
    issuer, decisions = Issuer(), Decisions()
    with serving(decisions) as http, serving_grpc() as grpc:
        described = mesh(issuer, {"http": http, "grpc": grpc})
        stack = OwnStack(lab, tmp_path_factory.mktemp("security"), "security", described)
        try:
            done = stack.up()
            assert done.returncode == 0, f"{done.stdout}\n{done.stderr}"
            # A service's own proxy knows only what it calls. Here it knows everything, so that the callee decides.
            lab.kubectl("delete", "sidecars.networking.istio.io", f"--namespace={grid.NAMESPACE}", "--all")
            names = [*CALLERS, *CALLEES, *grid.WORKLOADS]
            pods = [one for name in names for one in identified(name, grid.PORT, SECOND_PORT)]
            pods += identified("secured/claims", grid.PORT, SECOND_PORT, [{"version": "v1"}, {"version": "v2"}])
            apply(lab, pods)
            yield Deployment(lab, decisions, issuer)
        finally:
            stack.destroy()


@pytest.fixture(scope="package")
def secured(deployment: Deployment) -> Iterator[Secured]:
    """The stack with a running sidecar for every workload but those of the grid, whose own tests run them."""
    made = deployment.lab.kubectl(
        "wait",
        "--for=condition=Programmed",
        "gateways.gateway.networking.k8s.io/door",
        "--namespace=secured",
        "--timeout=60s",
    )
    assert made.returncode == 0, made.stderr
    with running(deployment.lab, [*CALLERS, *CALLEES, *VERSIONS, GATEWAY, DOOR]) as sidecars:
        senders = [sidecars[name] for name in (*CALLERS, GATEWAY)]
        await_routes(senders, [sidecars[name] for name in (*CALLEES, *VERSIONS)], grid.PORT)
        yield Secured(deployment.lab, deployment.decisions, deployment.issuer, sidecars)


@contextmanager
def running(lab: Lab, workloads: Sequence[str]) -> Generator[Mapping[str, Proxy]]:
    """Data planes that end when nobody asks them any more: thirty at once are a load on every other test."""
    try:
        yield run_proxies(lab.layout, lab.programs, workloads)
    finally:
        started = data_planes(lab.layout)
        stop(lab.layout, [part for name in workloads for part in started.get(name, [])])
