"""Options and fixtures of all tests."""

import signal
from pathlib import Path

import pytest

LAB = Path(__file__).with_name("lab")


def pytest_addoption(parser: pytest.Parser) -> None:
    """`--update-snapshots` writes tests/program/snapshots anew, for a review of what a change does."""
    parser.addoption("--update-snapshots", action="store_true", help="write the program snapshots instead of comparing")


def pytest_configure() -> None:
    """Have Ctrl-C work, also for the processes that tests start: a job in the background begins with it ignored."""
    if signal.getsignal(signal.SIGINT) is signal.SIG_IGN:
        signal.signal(signal.SIGINT, signal.default_int_handler)
    if signal.getsignal(signal.SIGHUP) is signal.SIG_IGN:
        # Behind nohup no program could be told to read its configuration anew. A handler is not handed down.
        signal.signal(signal.SIGHUP, lambda _number, _frame: None)


def pytest_ignore_collect(collection_path: Path, config: pytest.Config) -> bool | None:
    """Do not even read the tests of the lab where none is wanted: that is a fifth of the time of reading all."""
    return True if collection_path == LAB and config.getoption("-m") == "not lab" else None


@pytest.fixture
def update_snapshots(request: pytest.FixtureRequest) -> bool:
    """Whether snapshots are written instead of compared."""
    return bool(request.config.getoption("--update-snapshots"))
