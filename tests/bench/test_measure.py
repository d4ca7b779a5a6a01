"""How samples are taken."""

import os
import sys
from pathlib import Path

import pytest

from bench.measure import interleaved, peak_megabytes, seconds
from lab.errors import LabError

HOLDS = "block = bytearray(200_000_000); import time; time.sleep(1)"


def test_pairs_are_taken_in_turn_and_each_side_begins_once() -> None:
    order: list[str] = []

    def sample(name: str, value: float) -> float:
        order.append(name)
        return value

    pairs = interleaved(lambda: sample("ours", 1.0), lambda: sample("theirs", 2.0), runs=2)
    assert pairs == [(1.0, 2.0), (1.0, 2.0)], "which one began must not matter for what is compared"
    assert order == ["ours", "theirs", "theirs", "ours"], "caches that the first one warms are an advantage"


def test_a_command_that_fails_is_no_sample(tmp_path: Path) -> None:
    command = [sys.executable, "-c", "import sys; sys.exit('no cluster')"]
    with pytest.raises(LabError) as caught:
        seconds(command, os.environ, tmp_path)
    assert str(caught.value) == (
        f"`{Path(sys.executable).name} -c` failed with exit code 1, so there is nothing to measure:\nno cluster\n"
    ), "an early end would look like a fast run"


def test_the_memory_is_that_of_the_program_below_the_command(tmp_path: Path) -> None:
    program = tmp_path / "pulumi-language-python-exec"
    program.write_text(HOLDS)
    start = f"import subprocess, sys; subprocess.run([sys.executable, {str(program)!r}], check=True)"
    peak = peak_megabytes([sys.executable, "-c", start], os.environ, tmp_path)
    assert 200 < peak < 300, "the program held 200 MB and the command that started it far less"
