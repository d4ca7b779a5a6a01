"""Runs that meet another run, or are interrupted: nothing is built twice, nothing broken is left."""

import os
import signal
import subprocess
import sys
import threading
from pathlib import Path

import pytest
from rich.console import Console

from lab.tools.children import Children, StoppedError
from lab.tools.ensure import ensure
from tests.tools.stand_ins import Lines, Publisher, Workshop

RUN = """
import sys
from pathlib import Path
from rich.console import Console
from lab.tools.cache import Cache
from lab.tools.catalog import Catalog
from lab.tools.ensure import ensure
from lab.tools.inventory import Inventory
from lab.tools.machine import Machine
from tests.tools.stand_ins import catalog_data
folder, publisher = Path(sys.argv[1]), sys.argv[2]
catalog = Catalog.model_validate(catalog_data(publisher))
cache = Cache(folder / "cache", Machine("linux", "amd64"))
ensure(Inventory(catalog, cache, folder / "go"), ["anvil"], Console(stderr=True))
"""
CHECKOUT = Path(__file__).parents[2]


@pytest.fixture
def gate(workshop: Workshop, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A FIFO at which every fake build waits until the test has opened and closed it."""
    fifo = workshop.folder / "gate"
    os.mkfifo(fifo)
    monkeypatch.setenv("FAKE_GO_GATE", str(fifo))
    return fifo


def start_another_run(workshop: Workshop, publisher: Publisher) -> subprocess.Popen[str]:
    """Build the anvil in a process of its own."""
    return subprocess.Popen(
        [sys.executable, "-c", RUN, str(workshop.folder), publisher.url],
        cwd=CHECKOUT,
        stderr=subprocess.PIPE,
        text=True,
    )


def test_a_second_run_says_what_it_waits_for_and_takes_what_the_first_one_built(
    workshop: Workshop, publisher: Publisher, gate: Path, console: Console, output: Lines
):
    with start_another_run(workshop, publisher) as first:
        # The first run's build is at the gate as soon as this can be opened.
        opened = gate.open("wb")
        second = threading.Thread(target=ensure, args=(workshop.inventory, ["anvil"], console))
        second.start()
        output.wait_for("Waiting for another run, which is at work on own.\n")
        opened.close()
        second.join()
        _, printed = first.communicate()

    assert first.returncode == 0, printed
    assert workshop.cached_files() == ["anvil/1.2.3-linux-amd64/anvil", "anvil/1.2.3-linux-amd64/origin.json"]
    assert len(workshop.builds()) == 1, "the second run takes what the first one built"


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM], ids=["Ctrl-C", "SIGTERM"])
def test_an_interrupted_run_stops_its_builds_and_leaves_nothing(
    workshop: Workshop, publisher: Publisher, gate: Path, number: signal.Signals
):
    with start_another_run(workshop, publisher) as run:
        opened = gate.open("wb", buffering=0)
        run.send_signal(number)
        _, printed = run.communicate()

    assert "KeyboardInterrupt" in printed
    assert run.returncode not in {0, None}
    with pytest.raises(BrokenPipeError):
        opened.write(b"is anyone there?")
    opened.close()
    assert workshop.cached_files() == []
    assert list((workshop.cache.root / "tmp").iterdir()) == []


def test_after_a_kill_the_next_run_clears_up_and_succeeds(
    workshop: Workshop, publisher: Publisher, gate: Path, console: Console, monkeypatch: pytest.MonkeyPatch
):
    with start_another_run(workshop, publisher) as run:
        opened = gate.open("wb")
        run.kill()
        run.communicate()
    assert workshop.cached_files() == []
    monkeypatch.delenv("FAKE_GO_GATE")

    tool = ensure(workshop.inventory, ["anvil"], console)["anvil"]

    opened.close()
    assert tool.path.read_text() == "built from ./cmd/anvil in own\n"
    assert list((workshop.cache.root / "tmp").iterdir()) == []


def test_a_failure_stops_the_other_builds(workshop: Workshop):
    children = Children()
    children.stop()

    with pytest.raises(StoppedError), (workshop.folder / "log").open("wb") as log:
        children.run(["go", "build"], cwd=workshop.folder, env=None, output=log, log=log)
    assert workshop.builds() == [], "once stopped, nothing is started any more"
