"""Options and fixtures of all tests."""

import signal

import pytest


def pytest_addoption(parser: pytest.Parser) -> None:
    """`--update-snapshots` writes tests/program/snapshots anew, for a review of what a change does."""
    parser.addoption("--update-snapshots", action="store_true", help="write the program snapshots instead of comparing")


def pytest_configure() -> None:
    """Have Ctrl-C work, also for the processes that tests start: a job in the background begins with it ignored."""
    if signal.getsignal(signal.SIGINT) is signal.SIG_IGN:
        signal.signal(signal.SIGINT, signal.default_int_handler)


@pytest.fixture
def update_snapshots(request: pytest.FixtureRequest) -> bool:
    """Whether snapshots are written instead of compared."""
    return bool(request.config.getoption("--update-snapshots"))
