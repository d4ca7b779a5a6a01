"""Fixtures of the tests of the tools."""

from collections.abc import Generator
from pathlib import Path

import pytest
from rich.console import Console

from lab.tools.catalog import Catalog
from lab.tools.inventory import Inventory
from tests.tools.stand_ins import NO_ONE_LISTENS, Lines, Publisher, Workshop, catalog_data, publishing


@pytest.fixture
def publisher() -> Generator[Publisher]:
    with publishing() as site:
        yield site


@pytest.fixture
def workshop(tmp_path: Path, publisher: Publisher, monkeypatch: pytest.MonkeyPatch) -> Workshop:
    made = Workshop(tmp_path, Catalog.model_validate(catalog_data(publisher.url)))
    monkeypatch.setenv("PATH", str(made.bin))
    monkeypatch.setenv("FAKE_GO_NOTES", str(made.notes))
    made.install_go()
    return made


@pytest.fixture
def offline(workshop: Workshop) -> Inventory:
    """The workshop's inventory, with a publisher that cannot be reached."""
    return Inventory(Catalog.model_validate(catalog_data(NO_ONE_LISTENS)), workshop.cache, workshop.inventory.go_folder)


@pytest.fixture
def output() -> Lines:
    return Lines()


@pytest.fixture
def console(output: Lines) -> Console:
    return Console(file=output, width=500)
