"""Start, recognise and stop the lab's detached processes.

A part is recognised by its process id together with the time that process was created, or with the tag that the lab
left in its environment. So a recycled id is never taken for a part, and never killed, and what runs without a record
(the command that started it was killed, the record was damaged) is found all the same.
"""

import json
import os
import signal
import subprocess
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path

import psutil

from lab.errors import LabError
from lab.interruption import uninterrupted
from lab.layout import LabLayout, write_atomically
from lab.members import (
    CHILDREN,
    FOLDER_TAG,
    PART_TAG,
    child_has_ended,
    group_of,
    has_ended,
    resident_bytes,
    send,
    session_of,
    tagged,
    tags_of,
    wait_for_end,
)

# psutil and the kernel round a process's creation time differently by up to a clock tick (10 ms).
_SAME_START_SECONDS = 0.05


@dataclass(frozen=True)
class Record:
    """What is known of one started part. A pid of 0 stands for a process that is not known."""

    name: str
    pid: int
    created: float
    command: list[str]
    ports: dict[str, int]
    notes: dict[str, str]
    folder: str = ""


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
    """Start one part in a session of its own, so that neither Ctrl-C nor the end of the terminal reaches it.

    Raises:
        LabError: the program cannot be started.
    """
    layout.logs.mkdir(parents=True, exist_ok=True)
    layout.parts.mkdir(parents=True, exist_ok=True)
    tags = {FOLDER_TAG: str(layout.root), PART_TAG: name}
    with layout.log(name).open("ab") as log, uninterrupted():  # A process that runs and is not recorded would be lost.
        try:
            process = subprocess.Popen(
                list(command),
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=subprocess.STDOUT,
                env={**os.environ, **(env or {}), **tags},
                cwd=cwd or layout.root,
                start_new_session=True,
            )
        except OSError as error:
            raise LabError(
                f"{name}: {command[0]} cannot be started: {error.strerror}. "
                "See './mesh lab tools'; './mesh lab tools --fetch' gets what is missing."
            ) from None
        CHILDREN[process.pid] = process
        try:
            created = psutil.Process(process.pid).create_time()
            known = (dict(ports or {}), dict(notes or {}), str(layout.root))
            record = Record(name, process.pid, created, list(command), *known)
            write_atomically(_path(layout, name), json.dumps(asdict(record), indent=1))
        except OSError:  # The disk is full, say.
            process.kill()
            raise
    return record


def records(layout: LabLayout) -> dict[str, Record]:
    """Every part that was started and not stopped, by name; it may have died since."""
    found = (_read(layout, path) for path in sorted(layout.parts.glob("*.json")))
    return {record.name: record for record in found if record is not None}


def unrecorded(layout: LabLayout) -> list[Record]:
    """The parts of the lab that run without a record, for `stop`."""
    running, known = {tag for _, tag in tagged(str(layout.root))}, records(layout)
    return [Record(name, 0, 0.0, [], {}, {}, str(layout.root)) for name in sorted(running - set(known))]


def process_of(record: Record) -> psutil.Process | None:
    """The part's process, or None where it has died."""
    if record.pid <= 0 or child_has_ended(record.pid):
        return None
    try:
        process = psutil.Process(record.pid)
        if process.status() == psutil.STATUS_ZOMBIE:
            return None
        same = abs(process.create_time() - record.created) < _SAME_START_SECONDS
        # The creation time shifts when the machine's clock is set; the tag does not.
        return process if same or tags_of(process) == (record.folder, record.name) else None
    except psutil.Error:
        return None


def stop(layout: LabLayout, found: Sequence[Record], *, grace_seconds: float = 10.0) -> None:
    """Stop parts and everything they started, and forget them; what outlives the grace is killed."""
    members = [member for each in _members(layout, found).values() for member in each]
    leaders = {record.pid for record in found if process_of(record)}
    for process in members:
        # A living leader ends its children in other groups itself, in its own time, as pilot-agent does with Envoy.
        if group_of(process) in leaders or session_of(process) not in leaders:
            send(process, signal.SIGTERM)
    alive = wait_for_end(members, grace_seconds)
    for process in alive:
        send(process, signal.SIGKILL)
    wait_for_end(alive, 5.0)
    for record in found:
        if child_has_ended(record.pid):
            del CHILDREN[record.pid]
        _path(layout, record.name).unlink(missing_ok=True)


def memory_bytes(layout: LabLayout) -> dict[str, int]:
    """Resident memory of each part with what it started; an istiod that the agent started counts for itself."""
    known = list(records(layout).values())
    return {name: sum(map(resident_bytes, members)) for name, members in _members(layout, known).items()}


def _path(layout: LabLayout, name: str) -> Path:
    return layout.parts / f"{name}.json"


def _read(layout: LabLayout, path: Path) -> Record | None:
    """A record; one of an unknown process where the file is damaged, None where it is gone by now."""
    try:
        return Record(**json.loads(path.read_text()))
    except FileNotFoundError:
        return None
    except (ValueError, TypeError):
        return Record(path.stem, 0, 0.0, [], {}, {}, str(layout.root))


def _members(layout: LabLayout, found: Sequence[Record]) -> dict[str, list[psutil.Process]]:
    """The living processes of each of these parts: those with its tag, and those of the session that it leads."""
    leaders = {record.pid: record.name for record in found if process_of(record)}
    members: dict[str, list[psutil.Process]] = {record.name: [] for record in found}
    for process, tag in tagged(str(layout.root)):
        if tag in members:
            members[tag].append(process)
    for process in psutil.process_iter():
        name = leaders.get(session_of(process))
        if name is not None and process not in members[name] and not has_ended(process):
            members[name].append(process)
    return members
