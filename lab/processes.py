"""Start, recognise and stop the lab's detached processes.

A part is recognised by its process id and the time that process was created, so that a recycled id is never taken for a
part, and never killed.
"""

import json
import os
import signal
import subprocess
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path

import psutil

from lab.layout import LabLayout, write_atomically

# psutil and the kernel round a process's creation time differently by up to a clock tick (10 ms).
_SAME_START_SECONDS = 0.05


@dataclass(frozen=True)
class Record:
    """What is known of one started part."""

    name: str
    pid: int
    created: float
    command: list[str]
    ports: dict[str, int]
    notes: dict[str, str]


def start(
    layout: LabLayout,
    name: str,
    command: Sequence[str],
    *,
    env: Mapping[str, str] | None = None,
    cwd: Path | None = None,
    ports: Mapping[str, int] | None = None,
    notes: Mapping[str, str] | None = None,
) -> Record:
    """Start one part in a session of its own, so that neither Ctrl-C nor the end of the terminal reaches it."""
    layout.logs.mkdir(parents=True, exist_ok=True)
    layout.parts.mkdir(parents=True, exist_ok=True)
    with layout.log(name).open("ab") as log:
        process = subprocess.Popen(
            list(command),
            stdin=subprocess.DEVNULL,
            stdout=log,
            stderr=subprocess.STDOUT,
            env={**os.environ, **(env or {})},
            cwd=cwd or layout.root,
            start_new_session=True,
        )
    created = psutil.Process(process.pid).create_time()
    record = Record(name, process.pid, created, list(command), dict(ports or {}), dict(notes or {}))
    write_atomically(layout.parts / f"{name}.json", json.dumps(asdict(record), indent=1))
    return record


def records(layout: LabLayout) -> dict[str, Record]:
    """Every part that was started and not stopped, by name; it may have died since."""
    if not layout.parts.is_dir():
        return {}
    found = (Record(**json.loads(path.read_text())) for path in sorted(layout.parts.glob("*.json")))
    return {record.name: record for record in found}


def process_of(record: Record) -> psutil.Process | None:
    """The part's process, or None where it has died."""
    try:
        process = psutil.Process(record.pid)
        same = abs(process.create_time() - record.created) < _SAME_START_SECONDS
        return process if same and process.status() != psutil.STATUS_ZOMBIE else None
    except psutil.NoSuchProcess:
        return None


def stop(layout: LabLayout, found: Sequence[Record], *, grace_seconds: float = 10.0) -> None:
    """Stop parts and everything they started, and forget them; what outlives the grace is killed."""
    groups = {record.pid for record in found if process_of(record) or _session_members(record.pid)}
    members = [member for group in groups for member in _session_members(group)]
    for group in groups:
        _signal_group(group, signal.SIGTERM)
    _, alive = psutil.wait_procs(members, timeout=grace_seconds)
    for process in alive:
        process.kill()
    psutil.wait_procs(alive, timeout=5)
    for record in found:
        (layout.parts / f"{record.name}.json").unlink(missing_ok=True)


def session_memory_bytes(leader: int) -> int:
    """Resident memory of a part and of the children in its session; an istiod that the agent started has its own."""
    return sum(process.memory_info().rss for process in _session_members(leader))


def _session_members(leader: int) -> list[psutil.Process]:
    """Processes of the session that a part leads: it outlives its leader, so children of a killed part are found."""
    members: list[psutil.Process] = []
    for process in psutil.process_iter():
        try:
            if os.getsid(process.pid) == leader and process.status() != psutil.STATUS_ZOMBIE:
                members.append(process)
        except (ProcessLookupError, psutil.NoSuchProcess, PermissionError):
            continue
    return members


def _signal_group(group: int, number: signal.Signals) -> None:
    try:
        os.killpg(group, number)
    except (ProcessLookupError, PermissionError):
        return
