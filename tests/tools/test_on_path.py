"""Tools on PATH: taken at a version that does, passed over otherwise."""

import shutil

import pytest
from rich.console import Console

from lab.layout import OWN_BIN_MARKER
from lab.tools.ensure import ensure
from lab.tools.model import Origin, Tool
from tests.tools.stand_ins import Workshop


def test_a_tool_on_path_at_a_version_that_does_is_taken_with_its_companions(workshop: Workshop, console: Console):
    workshop.put_on_path("hammer", "echo hammer version: v1.2.9")
    workshop.put_on_path("saw", "exit 1")

    tools = ensure(workshop.inventory, ["hammer", "saw"], console)

    assert tools == {
        "hammer": Tool("hammer", "1.2.9", workshop.bin / "hammer", Origin.PATH),
        "saw": Tool("saw", "1.2.9", workshop.bin / "saw", Origin.PATH),
    }
    assert workshop.cached_files() == []


@pytest.mark.parametrize(
    "script",
    ["echo 1.2.2", "echo 1.3.0", "echo hammer", "echo 1.2.3; exit 1", "exec /no/such/program"],
    ids=["too old", "too new", "says no version", "fails", "does not start"],
)
def test_a_tool_on_path_that_does_not_do_is_passed_over(workshop: Workshop, console: Console, script: str):
    workshop.put_on_path("hammer", script)
    workshop.put_on_path("saw", "exit 0")

    tools = ensure(workshop.inventory, ["hammer", "saw"], console)

    assert {tool.origin for tool in tools.values()} == {Origin.GO}, "the companion goes with the tool or not at all"


def test_a_tool_on_path_without_its_companions_is_passed_over(workshop: Workshop, console: Console):
    workshop.put_on_path("hammer", "echo 1.2.3")

    tools = ensure(workshop.inventory, ["hammer", "saw"], console)

    assert {tool.origin for tool in tools.values()} == {Origin.GO}, "a saw of another version does not go with it"


def test_a_companion_alone_on_path_is_passed_over(workshop: Workshop, console: Console):
    workshop.put_on_path("saw", "echo 1.2.3")

    assert ensure(workshop.inventory, ["saw"], console)["saw"].origin is Origin.GO


def test_the_caches_own_folder_on_path_does_not_count_as_path(
    workshop: Workshop, console: Console, monkeypatch: pytest.MonkeyPatch
):
    cached = ensure(workshop.inventory, ["hammer", "saw"], console)
    for tool in cached.values():
        tool.path.write_text("#!/bin/sh\necho 1.2.3\n")
    links = workshop.cache.link_folder(cached.values())
    monkeypatch.setenv("PATH", f"{links}:{workshop.bin}")
    assert shutil.which("hammer") == str(links / "hammer")

    assert ensure(workshop.inventory, ["hammer", "saw"], console) == cached


def test_a_labs_own_folder_of_commands_on_path_does_not_count_as_path(
    workshop: Workshop, console: Console, monkeypatch: pytest.MonkeyPatch
):
    found = ensure(workshop.inventory, ["hammer", "saw"], console)
    (workshop.bin / OWN_BIN_MARKER).touch()
    monkeypatch.setenv("PATH", str(workshop.bin))

    origins = {one.name: one.origin for one in workshop.inventory.statuses() if one.name in found}
    assert Origin.PATH not in origins.values(), "the lab would link its commands to themselves"
