"""One rich stack for all proofs by requests, deployed once, with an Envoy for each of its gateways."""

from collections.abc import Iterator
from copy import deepcopy
from pathlib import Path
from typing import Any

import pytest
import yaml

from lab.agent.control import StandInControl
from lab.proxy import Proxy, run_proxy
from tests.lab.conftest import Lab
from tests.lab.own_stack import OwnStack
from tests.lab.traffic.asking import Visitor, eventually
from tests.lab.traffic.workloads import apply, of_services

MESH: dict[str, Any] = yaml.safe_load(Path(__file__).with_name("stack.yaml").read_text(encoding="utf-8"))


@pytest.fixture
def mesh() -> dict[str, Any]:
    """The `mesh` object of the stack; a copy, for a test to change."""
    return deepcopy(MESH)


@pytest.fixture(scope="package")
def stack(lab: Lab, tmp_path_factory: pytest.TempPathFactory) -> Iterator[OwnStack]:
    """The stack, deployed, with pods behind its services."""
    own = OwnStack(lab, tmp_path_factory.mktemp("traffic"), "traffic", MESH)
    try:
        done = own.up()
        assert done.returncode == 0, f"{done.stdout}\n{done.stderr}"
        apply(lab, of_services(MESH))
        yield own
    finally:
        own.destroy()


def exposed_hosts(api: str) -> list[str]:
    """The hosts of the services whose routes are written in one of the APIs."""
    services = [one for one in MESH["services"].values() if one.get("api", "istio") == api]
    return sorted({host for one in services for exposed in one.get("exposure", []) for host in exposed["hosts"]})


@pytest.fixture(scope="package")
def gateway(stack: OwnStack) -> Proxy:
    """The data plane of the gateway that Istio's own routes are bound to."""
    return run_proxy(stack.lab.layout, stack.lab.programs, "istio-ingress/ingressgateway")


@pytest.fixture(scope="package")
def visitor(gateway: Proxy) -> Iterator[Visitor]:
    """Somebody outside who asks that gateway, once its routes lead to pods."""
    with Visitor(gateway.listeners[80]) as somebody:
        for host in exposed_hosts("istio"):
            eventually(lambda host=host: somebody.ask(host).status_code == 200, f"{host} is served")
        yield somebody


@pytest.fixture
def stand_ins(stack: OwnStack) -> Iterator[StandInControl]:
    """Control of the stand-ins, with nothing set or counted before and after."""
    with StandInControl(stack.lab.layout) as control:
        yield control
