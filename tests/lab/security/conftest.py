"""One deployment with a sidecar for every workload, for all proofs by handshakes."""

from collections.abc import Iterator, Mapping
from copy import deepcopy
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
import yaml

from lab.processes import records, stop
from lab.proxy import Proxy, run_proxies
from tests.lab.conftest import Lab
from tests.lab.own_stack import OwnStack
from tests.lab.security import grid
from tests.lab.security.asking import Client, await_routes
from tests.lab.security.ext_authz import Decisions, serving
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
GATEWAY = "istio-ingress/ingressgateway"
SECOND_PORT = 9090


@dataclass(frozen=True)
class Secured:
    """What is deployed, and the data planes of its workloads by NAMESPACE/NAME."""

    lab: Lab
    sidecars: Mapping[str, Proxy]
    decisions: Decisions
    issuer: Issuer

    @property
    def friend(self) -> Client:
        """The workload that rules name."""
        return Client(self.sidecars["clients/friend"])

    @property
    def stranger(self) -> Client:
        """The workload that no rule names."""
        return Client(self.sidecars["clients/stranger"])


def mesh(issuer: Issuer, port: int) -> dict[str, Any]:
    """The `mesh` object of the stack."""
    whole = deepcopy(MESH)
    whole["services"] |= grid.services()
    for one in whole["jwt"].values():
        one["jwks"] = issuer.jwks()
    whole["resources"][0]["spec"]["endpoints"][0]["ports"] = {"http": port}
    return whole


@pytest.fixture(scope="package")
def secured(lab: Lab, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Secured]:
    """The stack, deployed, with a running sidecar for every pod."""
    issuer, decisions = Issuer(), Decisions()
    with serving(decisions) as port:
        stack = OwnStack(lab, tmp_path_factory.mktemp("security"), "security", mesh(issuer, port))
        try:
            done = stack.up()
            assert done.returncode == 0, f"{done.stdout}\n{done.stderr}"
            # A service's own proxy knows only what it calls. Here it knows everything, so that the callee decides.
            lab.kubectl("delete", "sidecars.networking.istio.io", f"--namespace={grid.NAMESPACE}", "--all")
            names = [*CALLERS, *CALLEES, *(f"{grid.NAMESPACE}/{name}" for name in grid.NAMES)]
            apply(lab, [one for name in names for one in identified(name, grid.PORT, SECOND_PORT)])
            sidecars = run_proxies(lab.layout, lab.programs, [*names, GATEWAY])
            await_routes(
                [sidecars[name] for name in (*CALLERS, GATEWAY)], [sidecars[name] for name in CALLEES], grid.PORT
            )
            yield Secured(lab, sidecars, decisions, issuer)
        finally:
            # Nobody else uses them, and the lab of all tests would go on with thirty Envoys whose pods are gone.
            planes = [
                one for one in records(lab.layout).values() if "proxy" in one.notes or one.name.endswith("-bridge")
            ]
            stop(lab.layout, planes)
            stack.destroy()
