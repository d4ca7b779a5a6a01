"""The command line in this process, on labs that lie in a folder of the test's own."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest
from typer.testing import CliRunner

from lab.layout import LabLayout
from lab.processes import records, stop, unrecorded
from operations.cli import app

# Every module of the command line that looks for a lab.
LOOKS_FOR_LABS = ("down", "env", "envoy", "leftovers", "logs", "status", "up")


@dataclass(frozen=True)
class Done:
    """What a command printed and ended with."""

    exit_code: int
    stdout: str
    stderr: str


Mesh = Callable[..., Done]


@pytest.fixture(autouse=True)
def look_often(monkeypatch: pytest.MonkeyPatch) -> None:
    """What is awaited is looked at more often, so that a test ends when it has happened."""
    for module in ("lab.readiness", "lab.members"):
        monkeypatch.setattr(f"{module}._POLL_SECONDS", 0.002)


@pytest.fixture
def layout(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[LabLayout]:
    """The lab 'lab' of a checkout that is the test's folder; what the test starts is stopped at its end."""

    def of_the_test(name: str) -> LabLayout:
        return LabLayout(name, tmp_path)

    for module in LOOKS_FOR_LABS:
        monkeypatch.setattr(f"operations.lab.{module}.LabLayout", of_the_test)
    layout = of_the_test("lab")
    yield layout
    if layout.logs.exists():  # Else nothing was started, and a look at every process of the machine is dear.
        stop(layout, [*records(layout).values(), *unrecorded(layout)], grace_seconds=0)


@pytest.fixture
def mesh(monkeypatch: pytest.MonkeyPatch) -> Mesh:
    """Run the project's command; the result holds stdout, stderr and exit code."""
    for variable in ("MESH_LAB", "STACK", "CONTEXT", "CHARTS", "ADDON_CHARTS", "KUBECONFIG"):
        monkeypatch.delenv(variable, raising=False)

    def run(*arguments: str, **env: str) -> Done:
        done = CliRunner().invoke(app, list(arguments), env=env)
        assert done.exception is None or isinstance(done.exception, SystemExit), "an error must not be a traceback"
        return Done(done.exit_code, done.stdout, done.stderr)

    return run
