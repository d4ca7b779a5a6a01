"""Tools that are not built: files of Go modules, and programs in wheels."""

import base64
import hashlib
import zipfile
from pathlib import Path
from typing import Any

import pytest
from rich.console import Console

from lab.tools.catalog import Catalog
from lab.tools.ensure import ensure
from lab.tools.inventory import Inventory
from lab.tools.model import Origin, Tool, ToolError
from tests.tools.stand_ins import NO_ONE_LISTENS, Workshop, catalog_data


def inventory_with(workshop: Workshop, **source: Any) -> Inventory:
    """The workshop's inventory, where the anvil comes from elsewhere than Go."""
    data = catalog_data(NO_ONE_LISTENS)
    data["tools"]["anvil"]["source"] = source
    return Inventory(Catalog.model_validate(data), workshop.cache, workshop.inventory.go_folder)


@pytest.fixture
def module(workshop: Workshop, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A read-only module, as the module cache holds it."""
    folder = workshop.folder / "module"
    (folder / "charts/base").mkdir(parents=True)
    (folder / "charts/base/Chart.yaml").write_text("name: base")
    (folder / "script").write_text("#!/bin/sh\n")
    (folder / "data.json").write_text("{}")
    for path in folder.rglob("*"):
        path.chmod(0o555 if path.is_dir() else 0o444)
    monkeypatch.setenv("FAKE_GO_MODULE", str(folder))
    return folder


@pytest.mark.parametrize(("path", "mode"), [("script", 0o755), ("data.json", 0o644)])
@pytest.mark.usefixtures("module")
def test_a_file_of_a_module_is_copied_and_executable_where_it_is_a_script(
    workshop: Workshop, console: Console, path: str, mode: int
):
    inventory = inventory_with(workshop, kind="module", module="example.org/box", path=path)

    tool = ensure(inventory, ["anvil"], console)["anvil"]

    assert tool.origin is Origin.MODULE
    assert tool.path.stat().st_mode & 0o777 == mode


@pytest.mark.usefixtures("module")
def test_a_folder_of_a_module_is_copied_and_can_be_removed_again(workshop: Workshop, console: Console):
    inventory = inventory_with(workshop, kind="module", module="example.org/box", path="charts")

    tool = ensure(inventory, ["anvil"], console)["anvil"]

    assert (tool.path / "base/Chart.yaml").read_text() == "name: base"
    assert {path.stat().st_mode & 0o200 for path in (tool.path, *tool.path.rglob("*"))} == {0o200}


@pytest.mark.usefixtures("module")
def test_a_file_that_the_module_does_not_have_is_named(workshop: Workshop, console: Console):
    inventory = inventory_with(workshop, kind="module", module="example.org/box", path="none")

    with pytest.raises(ToolError) as caught:
        ensure(inventory, ["anvil"], console)

    assert str(caught.value) == "The Go module example.org/box has no none. Correct lab/tools/catalog.yaml, or lab/go."


@pytest.fixture
def index(workshop: Workshop, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A folder that stands for the Python package index, and holds nothing yet."""
    folder = workshop.folder / "index"
    folder.mkdir()
    monkeypatch.setenv("PIP_NO_INDEX", "1")
    monkeypatch.setenv("PIP_FIND_LINKS", str(folder))
    return folder


def test_a_program_is_taken_out_of_a_wheel(workshop: Workshop, console: Console, index: Path):
    metadata = {"METADATA": "Metadata-Version: 2.1\nName: box\nVersion: 1.2.3\n", "WHEEL": "Wheel-Version: 1.0\n"}
    files = {"box/anvil": "an anvil", **{f"box-1.2.3.dist-info/{name}": text for name, text in metadata.items()}}
    with zipfile.ZipFile(index / "box-1.2.3-py3-none-any.whl", "w") as wheel:
        for name, text in files.items():
            wheel.writestr(name, text)
        digests = {name: hashlib.sha256(text.encode()).digest() for name, text in files.items()}
        lines = [f"{name},sha256={base64.urlsafe_b64encode(digest).decode()}," for name, digest in digests.items()]
        wheel.writestr("box-1.2.3.dist-info/RECORD", "\n".join(lines))
    inventory = inventory_with(workshop, kind="wheel", package="box", member="box/anvil")

    tool = ensure(inventory, ["anvil"], console)["anvil"]

    assert tool == Tool("anvil", "1.2.3", tool.path, Origin.WHEEL)
    assert tool.path.read_text() == "an anvil"
    assert tool.path.stat().st_mode & 0o777 == 0o755


@pytest.mark.usefixtures("index")
def test_a_wheel_that_cannot_be_had_is_reported_with_what_pip_said(workshop: Workshop, console: Console):
    inventory = inventory_with(workshop, kind="wheel", package="box", member="box/anvil")

    with pytest.raises(ToolError) as caught:
        ensure(inventory, ["anvil"], console)

    assert str(caught.value).startswith(
        "pip cannot download box==1.2.3, which holds anvil. Connect to the Python package index, or set "
        "PIP_INDEX_URL to one that can be reached, then try again. pip said:\n  "
    )
    assert "No matching distribution found for box==1.2.3" in str(caught.value)
