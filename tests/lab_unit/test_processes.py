"""Starting, recognising and stopping real processes."""

import dataclasses
import json
import os
import signal
import subprocess
import sys

import psutil
import pytest

from lab.errors import LabError
from lab.interruption import uninterrupted
from lab.layout import LabLayout
from lab.members import tags_of
from lab.processes import Record, memory_bytes, process_of, records, start, stop, unrecorded
from lab.readiness import wait_until
from tests.lab_unit.programs import WAIT

# A leader that has a child in another process group, as pilot-agent has Envoy.
_SPAWN = (
    "import os, signal; os.posix_spawnp('sleep', ['sleep', '600'], os.environ, setpgroup=0); "
    "print('started', flush=True); signal.pause()"
)
PARENT = (sys.executable, "-S", "-E", "-c", _SPAWN)


def _leader_with_child(layout: LabLayout) -> tuple[Record, psutil.Process]:
    record = start(layout, "parent", PARENT)
    assert wait_until(lambda: layout.log("parent").read_text() == "started\n", 10), "the leader must have its child"
    return record, psutil.Process(record.pid).children()[0]


def test_a_started_part_is_recognised_by_another_process(layout: LabLayout) -> None:
    record = start(layout, "part", WAIT, ports={"http": 1}, notes={"restarts": "2"})
    assert records(layout) == {"part": record}, "the record is what another command reads"
    assert process_of(record) == psutil.Process(record.pid), "and it leads to the process"


def test_a_part_runs_in_a_session_of_its_own(layout: LabLayout) -> None:
    record = start(layout, "part", WAIT)
    assert os.getsid(record.pid) == record.pid, "Ctrl-C and the end of the terminal must not reach it"


def test_a_part_gets_its_variables_and_writes_to_its_log(layout: LabLayout) -> None:
    start(layout, "part", ("sh", "-c", "echo $GREETING; pwd; echo oops >&2"), env={"GREETING": "hello"})
    wanted = f"hello\n{layout.root}\noops\n"
    assert wait_until(lambda: layout.log("part").read_text() == wanted, 10), "stdout and stderr are in the log"


def test_a_program_that_is_not_there_is_an_error_with_its_fix(layout: LabLayout) -> None:
    with pytest.raises(LabError) as missing:
        start(layout, "etcd", ("/nonexistent/etcd",))
    assert str(missing.value) == (
        "etcd: /nonexistent/etcd cannot be started: No such file or directory. "
        "See './mesh lab tools'; './mesh lab tools --fetch' gets what is missing."
    )
    assert records(layout) == {}, "nothing was started, so nothing is recorded"


def test_a_part_that_ended_is_not_recognised(layout: LabLayout) -> None:
    record = start(layout, "part", WAIT)
    os.kill(record.pid, signal.SIGKILL)
    assert wait_until(lambda: process_of(record) is None, 10), "a zombie is no running part"


def test_a_recycled_pid_is_not_taken_for_a_part_and_never_killed(layout: LabLayout) -> None:
    with subprocess.Popen(WAIT, start_new_session=True) as foreign:
        stale = Record("part", foreign.pid, psutil.Process(foreign.pid).create_time() - 100, [], {}, {}, "")
        assert process_of(stale) is None, "the process was created at another time"
        stop(layout, [stale])
        assert foreign.poll() is None, "it is somebody else's, even though it leads a session"
        foreign.kill()


def test_a_part_is_recognised_when_the_clock_of_the_machine_was_set(layout: LabLayout) -> None:
    record = start(layout, "part", WAIT)
    shifted = dataclasses.replace(record, created=record.created - 3600)
    assert wait_until(lambda: process_of(shifted) is not None, 10), "the tag in its environment tells whose it is"


def test_stop_ends_the_part_with_its_children_and_forgets_it(layout: LabLayout) -> None:
    record, child = _leader_with_child(layout)
    stop(layout, [record], grace_seconds=0.2)
    assert not child.is_running() or child.status() == psutil.STATUS_ZOMBIE, "a child must not outlive the part"
    assert process_of(record) is None, "the part has ended"
    assert records(layout) == {}, "it is forgotten"


def test_children_of_a_killed_leader_are_found_and_stopped(layout: LabLayout) -> None:
    record, child = _leader_with_child(layout)
    os.kill(record.pid, signal.SIGKILL)
    assert wait_until(lambda: process_of(record) is None, 10), "the leader is dead"
    stop(layout, [record])
    assert not child.is_running() or child.status() == psutil.STATUS_ZOMBIE, "the child must not be left behind"


def test_what_ignores_the_request_to_stop_is_killed_after_the_grace(layout: LabLayout) -> None:
    record = start(layout, "stubborn", ("sh", "-c", "trap '' TERM; echo ready; while :; do sleep 1; done"))
    assert wait_until(lambda: layout.log("stubborn").read_text() == "ready\n", 10), "the trap must be set"
    stop(layout, [record], grace_seconds=0.1)
    assert process_of(record) is None, "nothing outlives a stop"


def test_a_part_that_runs_without_a_record_is_found_and_stopped(layout: LabLayout) -> None:
    record = start(layout, "part", WAIT)
    (layout.parts / "part.json").unlink()
    assert wait_until(lambda: [one.name for one in unrecorded(layout)] == ["part"], 10), "its tag names it"
    stop(layout, unrecorded(layout))
    assert process_of(record) is None, "the lost part is stopped"


@pytest.mark.parametrize("content", ['{"name": "pa', "", "[]", '{"name": "part"}', "\x00"])
def test_a_damaged_record_stands_for_a_part_that_can_be_stopped(layout: LabLayout, content: str) -> None:
    record = start(layout, "part", WAIT)
    assert wait_until(lambda: tags_of(psutil.Process(record.pid))[1] == "part", 10), "it must run"
    (layout.parts / "part.json").write_text(content)
    damaged = records(layout)["part"]
    assert process_of(damaged) is None, "nobody knows its process by the record"
    stop(layout, [damaged])
    assert process_of(record) is None, "its tag leads to it"


def test_the_parts_of_another_lab_are_left_alone(layout: LabLayout) -> None:
    other = LabLayout("other", layout.checkout)
    record = start(other, "part", WAIT)
    try:
        stop(layout, [dataclasses.replace(record, pid=0)])
        assert process_of(record) is not None, "a part of the same name in another lab goes on"
    finally:
        stop(other, [record])


def test_memory_is_counted_for_the_part_with_its_children(layout: LabLayout) -> None:
    record, child = _leader_with_child(layout)
    counted = memory_bytes(layout)["parent"]
    # Of a process that waits, what is resident does not change between two looks.
    assert counted == psutil.Process(record.pid).memory_info().rss + child.memory_info().rss, "both count"


def test_ctrl_c_in_the_middle_of_a_start_comes_after_the_record(
    layout: LabLayout, monkeypatch: pytest.MonkeyPatch
) -> None:
    real = psutil.Process.create_time

    def interrupted(process: psutil.Process) -> float:
        signal.raise_signal(signal.SIGINT)
        return real(process)

    monkeypatch.setattr(psutil.Process, "create_time", interrupted)
    with pytest.raises(KeyboardInterrupt):
        start(layout, "part", WAIT)
    monkeypatch.undo()
    assert process_of(records(layout)["part"]) is not None, "what was started stays recorded"


def test_a_process_whose_record_cannot_be_written_is_not_left_running(
    layout: LabLayout, monkeypatch: pytest.MonkeyPatch
) -> None:
    def full(*_: object) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr("lab.processes.write_atomically", full)
    with pytest.raises(OSError, match="No space left"):
        start(layout, "part", WAIT)
    assert wait_until(lambda: unrecorded(layout) == [], 10), "nobody would find it to stop it"


def test_signals_are_held_back_only_while_the_block_runs() -> None:
    reached: list[str] = []

    def block() -> None:
        with uninterrupted():
            signal.raise_signal(signal.SIGINT)
            reached.append("the end of the block")

    with pytest.raises(KeyboardInterrupt):
        block()
    assert reached == ["the end of the block"], "the block is done before the interruption comes"
    assert signal.getsignal(signal.SIGINT) is signal.default_int_handler, "afterwards Ctrl-C works as before"


def test_what_is_started_while_signals_are_held_back_can_be_stopped_by_them() -> None:
    with uninterrupted(), subprocess.Popen((sys.executable, "-S", "-c", "input()"), stdin=subprocess.PIPE) as child:
        child.terminate()
        assert child.wait(10) == -signal.SIGTERM, "a part that inherited the hold could never be asked to stop"


def test_a_record_is_plain_json_that_a_person_can_read(layout: LabLayout) -> None:
    record = start(layout, "part", WAIT, ports={"http": 8080})
    written = json.loads((layout.parts / "part.json").read_text())
    assert (written["name"], written["pid"], written["ports"]) == ("part", record.pid, {"http": 8080}), written
