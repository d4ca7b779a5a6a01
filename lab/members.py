"""The operating system's view of the lab's processes: which are alive, tagged, of one session; how to signal them."""

import os
import signal
import subprocess
import time
from collections.abc import Iterator, Sequence

import psutil

_POLL_SECONDS = 0.01
# Environment variables of every process of a lab; what a part starts inherits them.
FOLDER_TAG, PART_TAG = "ISTIO_MESH_LAB_FOLDER", "ISTIO_MESH_LAB_PART"
# What this very process started are its children, and must be waited for once they have ended.
CHILDREN: dict[int, subprocess.Popen[bytes]] = {}


def tags_of(process: psutil.Process) -> tuple[str, str]:
    """The folder of the lab and the name of the part that a process belongs to; empty where it is not of a lab."""
    try:
        environment = process.environ()
    except (psutil.Error, OSError):  # Another user's, or gone.
        return "", ""
    return environment.get(FOLDER_TAG, ""), environment.get(PART_TAG, "")


def tagged(folder: str) -> Iterator[tuple[psutil.Process, str]]:
    """Every living process of the lab in this folder, with the name of its part."""
    for process in psutil.process_iter():
        of, part = tags_of(process)
        if part and of == folder and not has_ended(process):
            yield process, part


def has_ended(process: psutil.Process) -> bool:
    """True where nothing of it runs any more. A zombie has ended, whoever is late to wait for it."""
    try:
        ended = child_has_ended(process.pid) or not process.is_running()
        return ended or process.status() == psutil.STATUS_ZOMBIE
    except psutil.Error:
        return True


def child_has_ended(pid: int) -> bool:
    """True for a process that was started by this one and has ended."""
    return pid in CHILDREN and CHILDREN[pid].poll() is not None


def session_of(process: psutil.Process) -> int:
    """The session that a process is in, by its leader's pid; -1 where the process has gone."""
    try:
        return os.getsid(process.pid)
    except OSError:
        return -1


def group_of(process: psutil.Process) -> int:
    """The process group that a process is in; -1 where the process has gone."""
    try:
        return os.getpgid(process.pid)
    except OSError:
        return -1


def send(process: psutil.Process, number: signal.Signals) -> None:
    """Signal a process, unless it has ended: psutil makes sure that its id was not recycled since."""
    try:
        process.send_signal(number)
    except psutil.Error:
        return


def wait_for_end(processes: Sequence[psutil.Process], seconds: float) -> list[psutil.Process]:
    """Wait until all have ended; returns those that have not when the time is over."""
    deadline = time.monotonic() + seconds
    alive = [process for process in processes if not has_ended(process)]
    while alive and time.monotonic() < deadline:
        time.sleep(_POLL_SECONDS)
        alive = [process for process in alive if not has_ended(process)]
    return alive


def resident_bytes(process: psutil.Process) -> int:
    """Resident memory; 0 where the process has gone."""
    try:
        return process.memory_info().rss
    except psutil.Error:
        return 0
