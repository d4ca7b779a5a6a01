"""Every example deploys, and the values that it sets arrive in the cluster."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import yaml

from components.kinds.node import Node
from lab.layout import CHECKOUT
from lab.readiness import wait_until
from tests.lab.analysis import complaints
from tests.lab.conftest import Lab
from tests.lab.examples.beside import BESIDE
from tests.lab.examples.expected import CONFIGURED, INSTALLED, WRITTEN
from tests.lab.own_stack import OwnStack
from tests.lab.traffic.workloads import apply, of_services

pytestmark = pytest.mark.lab

SECONDS = 60.0


def mesh_of(example: str) -> dict[str, Any]:
    """The mesh object of an example."""
    document = yaml.safe_load((CHECKOUT / "examples" / f"Pulumi.{example}.yaml").read_text())
    return document["config"]["istio-mesh:mesh"]


def test_every_example_is_deployed_by_a_test() -> None:
    named = {path.name.split(".")[1] for path in (CHECKOUT / "examples").glob("Pulumi.*.yaml")}
    assert named == {*INSTALLED, *CONFIGURED}, "an example that nobody deploys may not work"


@pytest.mark.parametrize("example", INSTALLED)
def test_the_values_of_an_example_arrive_in_the_cluster(lab: Lab, tmp_path: Path, example: str) -> None:
    stack = OwnStack(lab, tmp_path, f"example-{example}", mesh_of(example))
    try:
        done = stack.up()
        found = {query: _answer(lab, query) for query in INSTALLED[example]}
        texts = {query: yaml.safe_load(_answer(lab, query)) for query in WRITTEN.get(example, {})}
    finally:
        stack.destroy()
    assert done.returncode == 0, f"{done.stdout}\n{done.stderr}"
    assert found == INSTALLED[example], "what the file says is what runs"
    written = {query: {path: _value(text, path) for path in WRITTEN[example][query]} for query, text in texts.items()}
    assert written == WRITTEN.get(example, {}), "what the file says is what istiod reads"


@pytest.fixture(scope="module")
def traffic(lab: Lab, tmp_path_factory: pytest.TempPathFactory) -> Iterator[OwnStack]:
    """The stack that becomes one example of traffic after the other, gone at the end."""
    stack = OwnStack(lab, tmp_path_factory.mktemp("traffic"), "example-traffic", mesh_of(next(iter(CONFIGURED))))
    yield stack
    done = stack.destroy()
    assert done.returncode == 0, f"{done.stdout}\n{done.stderr}"


@pytest.mark.parametrize("example", CONFIGURED)
def test_an_example_of_traffic_deploys_and_stays_and_istioctl_finds_nothing(traffic: OwnStack, example: str) -> None:
    mesh = mesh_of(example)
    traffic.describe(mesh)
    done = traffic.up()
    assert done.returncode == 0, f"{done.stdout}\n{done.stderr}"
    apply(traffic.lab, BESIDE.get(example, []) + of_services(mesh, without=["bookinfo"]))
    again = traffic.up("--expect-no-changes")
    assert again.returncode == 0, f"an unchanged example must deploy without a change:\n{again.stdout}"
    found: dict[str, str] = {}

    def arrived() -> bool:
        found.update({query: _answer(traffic.lab, query) for query in CONFIGURED[example]})
        return found == CONFIGURED[example]

    # istiod tells by and by what became of an object, and deploys a team's own gateway.
    wait_until(arrived, SECONDS)
    assert found == CONFIGURED[example], "what the file says is what the mesh gets"
    assert complaints(traffic.lab) == [], "what people copy has to be right in the eyes of Istio's own analyzers"


def _value(document: object, path: str) -> object:
    return Node(document, ()).at(*path.split(".")).value


def _answer(lab: Lab, query: str) -> str:
    place, path = query[: query.index(" {")], query[query.index("{") :]
    return lab.kubectl("get", *place.split(" "), f"--output=jsonpath={path}").stdout
