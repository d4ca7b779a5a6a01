"""A lab's folder of the test's own, and an API server that is a dictionary."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from lab.kube_api import KubeApi
from lab.layout import LabLayout
from lab.processes import records, stop, unrecorded
from tests.lab_unit.api_server import ApiServer, serving


@pytest.fixture(autouse=True)
def look_often(monkeypatch: pytest.MonkeyPatch) -> None:
    """What is awaited is looked at more often, so that a test ends when it has happened."""
    for module in ("lab.readiness", "lab.members"):
        monkeypatch.setattr(f"{module}._POLL_SECONDS", 0.002)


@pytest.fixture(autouse=True)
def small_keys(monkeypatch: pytest.MonkeyPatch) -> None:
    """A key of 2048 bits takes a tenth of a second to make."""
    monkeypatch.setattr("lab.credentials.KEY_BITS", 1024)


@pytest.fixture
def layout(tmp_path: Path) -> Iterator[LabLayout]:
    """A lab that nothing was started of; what the test starts is stopped at its end."""
    layout = LabLayout("unit", tmp_path)
    layout.root.mkdir(parents=True)
    yield layout
    if layout.logs.exists():  # Else nothing was started, and a look at every process of the machine is dear.
        stop(layout, [*records(layout).values(), *unrecorded(layout)], grace_seconds=0)


@pytest.fixture
def server() -> Iterator[ApiServer]:
    """A loopback server that stands for the API server."""
    with serving() as server:
        yield server


@pytest.fixture
def api(server: ApiServer, tmp_path: Path) -> Iterator[KubeApi]:
    """A client of it."""
    with KubeApi(server.kubeconfig(tmp_path / "api.kubeconfig")) as api:
        yield api
