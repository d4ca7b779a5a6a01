"""What the user sees while tools are fetched."""

import pytest
from rich.console import Console

from lab.tools import tools_table
from lab.tools.display import Display
from lab.tools.model import Origin, ToolStatus
from tests.tools.stand_ins import Lines


def test_a_log_shows_at_intervals_what_is_still_at_work(
    console: Console, output: Lines, monkeypatch: pytest.MonkeyPatch
):
    monkeypatch.setattr("lab.tools.display._PLAIN_INTERVAL_SECONDS", 0.01)
    display = Display(console)

    with display.open(), display.part("providers", "building providers", 5.0, "pulumi-resource-random"):
        output.wait_for("still building providers (0:00, usually 5:00 on 2 cores)\n")

    assert output.getvalue().startswith("building providers (usually 5:00 on 2 cores): pulumi-resource-random\n")
    assert display.summary() == "0:00 (providers 0:00, partly side by side)"


def test_a_terminal_shows_what_is_at_work_and_how_long_it_usually_takes(output: Lines, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.delenv("CI", raising=False)
    display = Display(Console(file=output, force_terminal=True, width=100))

    with display.open(), display.part("kwok", "building kwok", 0.75):
        output.wait_for("building kwok (usually 0:45 on 2 cores)")


def test_a_part_that_fails_has_no_duration(console: Console):
    display = Display(console)

    with pytest.raises(ValueError, match="broken"), display.open(), display.part("kwok", "building kwok", 1):
        raise ValueError("broken")

    assert display.summary() == "0:00"


def test_the_table_lists_tool_version_origin_and_path(console: Console, output: Lines):
    console.print(tools_table([ToolStatus("etcd", "3.6.5", None, None), ToolStatus("saw", "1.2.3", Origin.GO, None)]))

    rows = [[cell.strip() for cell in line.split("│")[1:-1]] for line in output.getvalue().splitlines() if "│" in line]
    assert rows == [["etcd", "3.6.5", "missing", ""], ["saw", "1.2.3", "go", ""]]
