"""Finding and fetching: what is built when, what is kept, and what the user is told on the way."""

import re
from pathlib import Path

from rich.console import Console

from lab.tools.cache import Cache
from lab.tools.catalog import Catalog
from lab.tools.ensure import ensure
from lab.tools.inventory import Inventory
from lab.tools.machine import Machine
from lab.tools.model import Origin, Tool, ToolStatus
from tests.tools.stand_ins import NO_ONE_LISTENS, REFUSED, Lines, Workshop, catalog_data


def test_tools_of_an_unreachable_publisher_are_built_and_the_user_is_told_why(
    offline: Inventory, console: Console, output: Lines
):
    tools = ensure(offline, None, console)

    assert {name: tool.path.read_text() for name, tool in tools.items()} == {
        "hammer": "built from example.org/box/cmd/hammer/v2 in web\n",
        "saw": "built from example.org/box/cut in web\n",
        "anvil": "built from ./cmd/anvil in own\n",
    }
    assert {tool.origin for tool in tools.values()} == {Origin.GO}
    assert output.getvalue().startswith(
        f"Official downloads are not reachable from here ({REFUSED}). The tools are built here instead.\n"
    )
    assert "building web (usually 2:00 on 2 cores): hammer, saw\n" in output.getvalue()
    assert re.fullmatch(
        r"The tools are complete after 0:\d\d \((web|own) 0:\d\d, (web|own) 0:\d\d, partly side by side\)\.",
        output.getvalue().splitlines()[-1],
    )


def test_one_build_makes_all_missing_programs_of_a_family_with_its_versions_in_them(
    workshop: Workshop, offline: Inventory, console: Console
):
    ensure(offline, ["hammer", "saw"], console)

    (build,) = workshop.builds()
    output = build[build.index("-o") + 1]
    assert build == [
        "build",
        "-mod=readonly",
        "-buildvcs=false",
        "-trimpath",
        "-tags=small,quick",
        "-gcflags=all=-dwarf=false",
        "-ldflags=-s -w -X v=2",
        "-o",
        output,
        "example.org/box/cmd/hammer/v2",
        "example.org/box/cut",
    ]


def test_what_is_in_the_cache_is_neither_asked_for_nor_built_again(
    workshop: Workshop, offline: Inventory, console: Console, output: Lines
):
    ensure(offline, ["saw"], console)
    ensure(offline, ["hammer", "saw"], console)
    built = [build[build.index("-o") + 2 :] for build in workshop.builds()]
    assert built == [["example.org/box/cut"], ["example.org/box/cmd/hammer/v2"]], "only what is missing is built"

    said = output.getvalue()
    workshop.notes.unlink()
    tools = ensure(offline, ["hammer", "saw"], console)

    assert output.getvalue() == said, "nothing is to be done, so nothing is to be said"
    assert not workshop.notes.exists(), "Go is not needed any more"
    assert {tool.origin for tool in tools.values()} == {Origin.GO}, "where a tool came from is remembered"


def test_the_cache_keeps_every_version_for_every_kind_of_machine_apart(
    workshop: Workshop, offline: Inventory, console: Console
):
    newer = offline.catalog.model_copy(update={"products": {"box": "1.3.0"}})
    ensure(offline, ["saw"], console)
    ensure(Inventory(newer, offline.cache, offline.go_folder), ["saw"], console)
    ensure(
        Inventory(offline.catalog, Cache(offline.cache.root, Machine("darwin", "arm64")), offline.go_folder),
        ["saw"],
        console,
    )

    assert [path for path in workshop.cached_files() if path.endswith("/saw")] == [
        "saw/1.2.3-darwin-arm64/saw",
        "saw/1.2.3-linux-amd64/saw",
        "saw/1.3.0-linux-amd64/saw",
    ]


def test_a_program_of_this_project_is_built_again_when_its_source_changes(
    workshop: Workshop, console: Console, offline: Inventory
):
    data = catalog_data(NO_ONE_LISTENS)
    data["tools"]["anvil"]["source"] |= {"own_sources": ["own/cmd/anvil"], "builtin": True}
    inventory = Inventory(Catalog.model_validate(data), offline.cache, offline.go_folder)
    source = offline.go_folder / "own/cmd/anvil/main.go"
    source.parent.mkdir(parents=True)
    source.write_text("package main")

    first, again = (ensure(inventory, ["anvil"], console)["anvil"] for _ in range(2))
    source.write_text("package main // changed")
    changed = ensure(inventory, ["anvil"], console)["anvil"]

    assert first == again, "the same source is not built twice"
    assert first.path != changed.path
    assert first.version.startswith("1.2.3+")
    assert changed.origin is Origin.BUILTIN
    assert len(workshop.builds()) == 2


def test_the_statuses_name_what_is_missing_without_fetching_it(
    workshop: Workshop, offline: Inventory, console: Console
):
    saw = ensure(offline, ["saw"], console)["saw"]

    assert offline.statuses() == [
        ToolStatus("hammer", "1.2.3", None, None),
        ToolStatus("saw", "1.2.3", Origin.GO, saw.path),
        ToolStatus("anvil", "1.2.3", None, None),
    ]
    assert [status.state for status in offline.statuses()] == ["missing", "go", "missing"]
    assert len(workshop.builds()) == 1


def test_the_folder_for_path_has_a_link_to_every_tool_and_another_set_another_folder(
    workshop: Workshop, offline: Inventory, console: Console
):
    tools = ensure(offline, None, console)
    all_links, saw_link = (workshop.cache.link_folder(chosen) for chosen in (tools.values(), [tools["saw"]]))

    assert {link.name for link in all_links.iterdir()} == set(tools)
    assert all((all_links / name).samefile(tool.path) for name, tool in tools.items())
    assert not any(link.is_symlink() for link in all_links.iterdir()), "a program finds what lies beside its link"
    assert [link.name for link in saw_link.iterdir()] == ["saw"]
    assert workshop.cache.link_folder(tools.values()) == all_links
    elsewhere = Tool("saw", "1.2.3", Path("/usr/bin/saw"), Origin.PATH)
    assert workshop.cache.link_folder([elsewhere]) != saw_link, "the same version at another place is another set"


def test_what_does_not_belong_on_path_has_no_link(offline: Inventory, console: Console):
    data = catalog_data(NO_ONE_LISTENS)
    data["tools"]["anvil"]["link"] = False
    inventory = Inventory(Catalog.model_validate(data), offline.cache, offline.go_folder)

    links = inventory.link_folder(ensure(inventory, None, console).values())

    assert {link.name for link in links.iterdir()} == {"hammer", "saw"}
