"""Options and fixtures of all tests."""

import pytest


def pytest_addoption(parser: pytest.Parser) -> None:
    """`--update-snapshots` writes tests/program/snapshots anew, for a review of what a change does."""
    parser.addoption("--update-snapshots", action="store_true", help="write the program snapshots instead of comparing")


@pytest.fixture
def update_snapshots(request: pytest.FixtureRequest) -> bool:
    """Whether snapshots are written instead of compared."""
    return bool(request.config.getoption("--update-snapshots"))
