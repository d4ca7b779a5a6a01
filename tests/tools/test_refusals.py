"""What the user is told when a tool cannot be had: what is missing, why, and the fix; and that nothing is half done."""

import shutil
from pathlib import Path
from typing import NamedTuple

import pytest
from rich.console import Console

from lab.tools.ensure import ensure
from lab.tools.inventory import Inventory
from lab.tools.machine import this_machine
from lab.tools.model import Origin, ToolError
from tests.tools.stand_ins import REFUSED, Lines, Workshop


class DiskUsage(NamedTuple):
    """What shutil.disk_usage returns."""

    total: int
    used: int
    free: int


def nearly_full(folder: Path) -> DiskUsage:
    """2.5 GB free, wherever the folder lies."""
    del folder
    return DiskUsage(10**12, 10**12, 2_500_000_000)


def test_without_go_and_publisher_nothing_is_started_and_the_message_names_both(
    workshop: Workshop, offline: Inventory, console: Console, output: Lines
):
    (workshop.bin / "go").unlink()

    with pytest.raises(ToolError) as caught:
        ensure(offline, None, console)

    assert str(caught.value) == (
        "These tools are missing: hammer, saw, anvil. Official downloads are not reachable from here "
        f"({REFUSED}). Go, which builds them, is not on PATH. "
        "Install Go 1.26 or newer (https://go.dev/dl/), then try again."
    )
    assert output.getvalue() == ""
    assert workshop.cached_files() == []


def test_without_go_the_message_names_what_is_published_as_source_only(workshop: Workshop, console: Console):
    (workshop.bin / "go").unlink()

    with pytest.raises(ToolError) as caught:
        ensure(workshop.inventory, None, console)

    assert str(caught.value) == (
        "These tools are missing: anvil. They are published as source only. Go, which builds them, is not on PATH. "
        "Install Go 1.26 or newer (https://go.dev/dl/), then try again."
    )


def test_a_go_that_is_too_old_is_named_with_its_version(
    workshop: Workshop, offline: Inventory, console: Console, monkeypatch: pytest.MonkeyPatch
):
    monkeypatch.setenv("FAKE_GO_VERSION", "go1.25.9")

    with pytest.raises(ToolError) as caught:
        ensure(offline, ["anvil"], console)

    assert str(caught.value) == (
        "These tools are missing: anvil. They are published as source only. "
        f"{workshop.bin}/go is too old to build them (go1.25.9). "
        "Install Go 1.26 or newer (https://go.dev/dl/), then try again."
    )


@pytest.mark.parametrize(
    ("printed", "message"),
    [
        (
            "go: example.org/box@v1.2.3: Get proxy: dial tcp: lookup proxy: no such host",
            "Go cannot fetch the modules of own: its module proxy is not reachable. Connect to the internet, or set "
            "GOPROXY to a proxy that can be reached, then try again.",
        ),
        (
            "write /tmp/x: no space left on device",
            "The disk is full, so own was not built. Free some space, then try again.",
        ),
        ("main.go:1:1: syntax error", "The Go build of own failed."),
    ],
    ids=["no module proxy", "disk full", "anything else"],
)
def test_a_failed_build_says_why_and_shows_what_go_said_last(
    workshop: Workshop,
    offline: Inventory,
    console: Console,
    monkeypatch: pytest.MonkeyPatch,
    printed: str,
    message: str,
):
    monkeypatch.setenv("FAKE_GO_FAILURE", printed)

    with pytest.raises(ToolError) as caught:
        ensure(offline, ["anvil"], console)

    log = workshop.cache.log_file("own")
    assert str(caught.value) == f"{message} The last lines of 'go build' (all of it: {log}):\n  {printed}"
    assert log.read_text().endswith(f"{printed}\n")
    assert workshop.cached_files() == []


def test_too_little_room_for_a_build_is_noticed_before_it_starts(
    workshop: Workshop, offline: Inventory, console: Console, monkeypatch: pytest.MonkeyPatch
):
    monkeypatch.setattr(shutil, "disk_usage", nearly_full)

    with pytest.raises(ToolError) as caught:
        ensure(offline, None, console)

    assert str(caught.value) == (
        f"The missing tools need 6.2 GB for the tools' cache ({workshop.cache.root}) and Go's caches "
        f"({workshop.folder}), but only 2.5 GB are free there. Free some space, or set ISTIO_MESH_CACHE, GOCACHE, "
        "GOMODCACHE to a folder with more room, then try again."
    )
    assert workshop.builds() == []


def test_a_part_of_a_family_needs_a_part_of_its_room(
    offline: Inventory, console: Console, monkeypatch: pytest.MonkeyPatch
):
    monkeypatch.setattr(shutil, "disk_usage", nearly_full)

    assert ensure(offline, ["saw"], console)["saw"].origin is Origin.GO, "half of the web family needs 2.1 GB"
    with pytest.raises(ToolError, match=r"^The missing tools need 4\.2 GB"):
        ensure(offline, ["anvil", "hammer"], console)


def test_a_cache_that_cannot_be_written_is_named_with_the_way_out(
    workshop: Workshop, offline: Inventory, console: Console
):
    workshop.cache.root.write_text("a file where the folder should be")

    with pytest.raises(ToolError) as caught:
        ensure(offline, ["anvil"], console)

    assert str(caught.value) == (
        f"The tools' cache {workshop.cache.root} cannot be used: [Errno 20] Not a directory: "
        f"'{workshop.cache.root}/locks'. Free some space or make the folder writable, or set ISTIO_MESH_CACHE to "
        "another folder, then try again."
    )


def test_an_unknown_name_is_refused_with_the_names_there_are(offline: Inventory, console: Console):
    with pytest.raises(ToolError, match=r"^No tool is called hamer\. The tools are: hammer, saw, anvil\.$"):
        ensure(offline, ["hamer"], console)


def test_a_machine_without_tools_is_told_so(monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr("platform.system", lambda: "Windows")
    monkeypatch.setattr("platform.machine", lambda: "AMD64")

    with pytest.raises(ToolError) as caught:
        this_machine()

    assert str(caught.value) == (
        "The embedded lab does not run on Windows on AMD64: it needs Linux or macOS on amd64 or arm64. "
        "Use such a machine (on Windows: WSL 2), or deploy to a cluster of your own with CONTEXT=name."
    )
