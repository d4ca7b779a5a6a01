"""Takes samples: how long a command takes, and how much memory its program."""

import subprocess
import time
from collections.abc import Callable, Mapping, Sequence
from contextlib import suppress
from pathlib import Path

import psutil

from lab.errors import LabError

Sample = Callable[[], float]

_PROGRAM = "pulumi-language-python-exec"
"""What a process that runs a Pulumi program in Python has on its command line (sdk/python of Pulumi)."""
_LOOK_SECONDS = 0.02


def seconds(command: Sequence[str], env: Mapping[str, str], folder: Path) -> float:
    """How long a command takes that has to succeed.

    Raises:
        LabError: it fails; with the end of what it wrote.
    """
    begun = time.perf_counter()
    done = subprocess.run(command, env=env, cwd=folder, capture_output=True, text=True, check=False)
    taken = time.perf_counter() - begun
    _refuse_failure(command, done.returncode, done.stdout + done.stderr)
    return taken


def interleaved(ours: Sample, theirs: Sample, runs: int) -> list[tuple[float, float]]:
    """Pairs of samples, one right after the other; the other one begins every second pair."""
    pairs: list[tuple[float, float]] = []
    for run in range(runs):
        if run % 2:
            second = theirs()
            pairs.append((ours(), second))
        else:
            pairs.append((ours(), theirs()))
    return pairs


def peak_megabytes(command: Sequence[str], env: Mapping[str, str], folder: Path) -> float:
    """The most memory (resident) that the Python program of a pulumi command held.

    Nothing reports the peak of a grandchild, so it is looked at again and again.

    Raises:
        LabError: the command fails; with the end of what it wrote.
    """
    peak = 0
    with subprocess.Popen(command, env=env, cwd=folder, stdout=subprocess.PIPE, stderr=subprocess.STDOUT) as process:
        while True:
            try:
                output, _ = process.communicate(timeout=_LOOK_SECONDS)
            except subprocess.TimeoutExpired:
                peak = max(peak, _program_bytes(process.pid))
                continue
            break
    _refuse_failure(command, process.returncode, output.decode(errors="replace"))
    return peak / 1e6


def _program_bytes(pid: int) -> int:
    found = 0
    with suppress(psutil.Error):  # What is looked at may end at any time.
        for one in psutil.Process(pid).children(recursive=True):
            with suppress(psutil.Error):
                if any(part.endswith(_PROGRAM) for part in one.cmdline()[:4]):
                    found = max(found, one.memory_info().rss)
    return found


def _refuse_failure(command: Sequence[str], code: int, output: str) -> None:
    if code:
        name, verb = Path(command[0]).name, command[1] if len(command) > 1 else ""
        raise LabError(
            f"`{name} {verb}` failed with exit code {code}, so there is nothing to measure:\n{output[-2000:]}"
        )
