"""Up, down and status of a lab whose parts are small programs; its folder, locks, ports and processes are real."""

import fcntl
import os
import shutil
import signal
import socket
import sys
import threading
from pathlib import Path

import pytest

from lab import cluster
from lab.errors import LabError
from lab.exclusive import exclusively
from lab.layout import LabLayout
from lab.parts import Part
from lab.processes import process_of, records, start, unrecorded
from lab.readiness import wait_until
from tests.lab_unit.programs import WAIT, answering_part

NAMES = ("etcd", "kube-apiserver")


@pytest.fixture(autouse=True)
def small_lab(monkeypatch: pytest.MonkeyPatch) -> None:
    """A control plane of two small servers; what needs a Kubernetes is left out."""

    def parts(layout: LabLayout, _programs: object) -> list[list[Part]]:
        return [[answering_part(layout, name)] for name in NAMES]

    def nothing(*_: object) -> None:
        """A step that needs the real programs."""

    monkeypatch.setattr(cluster, "control_plane", parts)
    monkeypatch.setattr(cluster, "CONTROL_PLANE", NAMES)
    for step in (
        "ensure_credentials",
        "package_charts",
        "write_configuration",
        "await_nodes",
        "remember_baseline",
        "await_istiods",
        "revive_gateways",
    ):
        monkeypatch.setattr(cluster, step, nothing)


def up(layout: LabLayout) -> list[str]:
    """Bring the lab up, and return what was reported, without the seconds."""
    lines: list[str] = []
    cluster.up(layout, {"istio-charts": Path(), "kubectl": Path()}, istio_version="1.0.0", report=lines.append)
    return [line.partition(" (")[0] for line in lines]


def states(layout: LabLayout) -> dict[str, str]:
    """Part -> state, as status tells."""
    return {part.name: part.state for part in cluster.status(layout)}


def test_the_parts_of_a_complete_lab_are_those_that_up_starts(
    layout: LabLayout, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.undo()
    names = (*cluster.CONTROL_PLANE, "pilot-discovery")
    stages = cluster.control_plane(layout, {name: Path(name) for name in names})
    assert tuple(part.name for stage in stages for part in stage) == cluster.CONTROL_PLANE, "status looks for these"


def test_up_starts_every_part_and_says_when_it_is_ready(layout: LabLayout) -> None:
    assert up(layout) == ["etcd is ready", "kube-apiserver is ready"], "in the order of their start"
    assert states(layout) == dict.fromkeys(NAMES, "running"), "all of it runs"


def test_a_second_up_leaves_what_runs_alone(layout: LabLayout) -> None:
    up(layout)
    before = records(layout)
    assert up(layout) == [], "there is nothing to do"
    assert records(layout) == before, "the same processes run on"


def test_a_dead_part_is_named_by_status_and_only_it_is_started_again(layout: LabLayout) -> None:
    up(layout)
    before = records(layout)
    os.kill(before["etcd"].pid, signal.SIGKILL)
    assert wait_until(lambda: states(layout)["etcd"] == "died", 10), "status names the part that died"
    assert up(layout) == ["etcd had died: starting it again", "etcd is ready"], "up repairs it, and says so"
    after = records(layout)
    assert after["etcd"].ports == before["etcd"].ports, "it comes back where the others look for it"
    assert after["kube-apiserver"] == before["kube-apiserver"], "what ran was left alone"


def test_a_part_that_was_never_started_is_named_by_status(layout: LabLayout) -> None:
    start(layout, "etcd", WAIT)
    assert states(layout) == {"etcd": "running", "kube-apiserver": "not started"}, "half a lab must not look whole"


def test_status_of_a_lab_that_is_down_lists_nothing(layout: LabLayout) -> None:
    assert cluster.status(layout) == [], "no part was started"


def test_status_shows_how_often_a_part_was_restarted(layout: LabLayout) -> None:
    start(layout, "istiod-ns-default", WAIT, notes={"restarts": "3"})
    assert states(layout)["istiod-ns-default"] == "running, restarted 3x", "a part that dies again and again is seen"


def test_up_after_it_was_interrupted_completes_what_is_missing(
    layout: LabLayout, monkeypatch: pytest.MonkeyPatch
) -> None:
    with monkeypatch.context() as patched:

        def interrupt(*_: object) -> None:
            raise KeyboardInterrupt

        patched.setattr(cluster, "await_part", interrupt)
        with pytest.raises(KeyboardInterrupt):
            up(layout)
    assert states(layout) == {"etcd": "running", "kube-apiserver": "not started"}, "what was started stays recorded"
    etcd = records(layout)["etcd"]
    assert up(layout) == ["kube-apiserver is ready"], "only the rest is started"
    assert records(layout)["etcd"] == etcd, "the first part ran on"


def test_a_part_whose_record_was_lost_is_replaced(layout: LabLayout) -> None:
    up(layout)
    lost = records(layout)["etcd"]
    (layout.parts / "etcd.json").unlink()
    told = up(layout)
    assert told == ["etcd runs without a record: stopping it", "etcd is ready"], "two of them would fight for the store"
    assert process_of(lost) is None, "the lost one is gone"


def test_a_part_whose_record_is_damaged_is_replaced(layout: LabLayout) -> None:
    up(layout)
    lost = records(layout)["etcd"]
    (layout.parts / "etcd.json").write_text('{"name": "et')
    assert up(layout) == ["etcd had died: starting it again", "etcd is ready"], "nobody knows its process"
    assert process_of(lost) is None, "the old process does not stay beside the new one"


def test_a_taken_port_is_named_with_the_way_out(layout: LabLayout) -> None:
    port = layout.port("kube-apiserver")
    with socket.socket() as foreign:
        foreign.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        foreign.bind(("127.0.0.1", port))
        foreign.listen()
        with pytest.raises(LabError) as refused:
            up(layout)
    assert str(refused.value) == (
        f"kube-apiserver: port {port} on 127.0.0.1 (http) is in use by another program. "
        "Stop it, or let the lab 'unit' take other ports: './mesh lab down', then './mesh lab up'."
    )


def test_up_after_down_takes_other_ports(layout: LabLayout, monkeypatch: pytest.MonkeyPatch) -> None:
    up(layout)
    before = set(layout.ports().values())
    cluster.down(layout)

    def free(port: int) -> bool:
        return port not in before

    monkeypatch.setattr("lab.layout.port_is_free", free)
    up(layout)
    assert not before & set(layout.ports().values()), "a port that another program took meanwhile does not matter"


def test_a_full_disk_is_told_before_anything_is_started(layout: LabLayout, monkeypatch: pytest.MonkeyPatch) -> None:
    real = shutil.disk_usage(layout.root)

    def nearly_full(_path: Path) -> object:
        return real._replace(free=12_345_678)

    monkeypatch.setattr(shutil, "disk_usage", nearly_full)
    with pytest.raises(LabError) as refused:
        up(layout)
    assert str(refused.value) == (
        f"{layout.root}: only 12 MB are free, the lab needs 1000 MB. "
        "Free some space, or check the project out on another disk."
    )
    assert records(layout) == {}, "nothing was started"


def test_down_leaves_no_process_and_keeps_the_content(layout: LabLayout) -> None:
    up(layout)
    started = list(records(layout).values())
    (layout.root / "etcd").mkdir()
    assert cluster.down(layout) == 2, "it says how many parts there were"
    assert [process_of(record) for record in started] == [None, None], "nothing runs"
    assert cluster.status(layout) == [], "and nothing is recorded"
    assert (layout.root / "etcd").is_dir(), "the content stays"


def test_down_stops_the_agent_first_and_the_store_last(layout: LabLayout, monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("agent", "etcd", "istiod-ns-default", "kube-apiserver", "kwok"):
        start(layout, name, WAIT)
    order: list[list[str]] = []
    real = cluster.stop

    def watched(layout: LabLayout, found: list[cluster.Record]) -> None:
        order.append([record.name for record in found])
        real(layout, found)

    monkeypatch.setattr(cluster, "stop", watched)
    cluster.down(layout)
    assert order == [["agent"], ["istiod-ns-default", "kwok"], ["kube-apiserver"], ["etcd"]], (
        "a living agent starts istiod again; who writes must end before the store"
    )


def test_down_finds_what_the_agent_started_in_its_last_moment(
    layout: LabLayout, monkeypatch: pytest.MonkeyPatch
) -> None:
    start(layout, "agent", WAIT)
    real = cluster.stop

    def starts_one_more(layout: LabLayout, found: list[cluster.Record]) -> None:
        if [record.name for record in found] == ["agent"]:
            start(layout, "istiod-ns-default", WAIT)
        real(layout, found)

    monkeypatch.setattr(cluster, "stop", starts_one_more)
    cluster.down(layout)
    assert (records(layout), unrecorded(layout)) == ({}, []), "what was started while it went down is stopped too"


def test_down_finds_what_runs_without_a_record(layout: LabLayout) -> None:
    start(layout, "etcd", WAIT)
    (layout.parts / "etcd.json").unlink()
    assert wait_until(lambda: cluster.down(layout) == 1, 10), "a lost process counts, and is stopped"
    assert unrecorded(layout) == [], "down leaves no process"


def test_down_with_delete_removes_the_folder(layout: LabLayout) -> None:
    up(layout)
    cluster.down(layout, delete=True)
    assert list(layout.root.parent.iterdir()) == [], "nothing of the lab is left, not even its lock"


def test_down_of_a_lab_that_never_was_does_nothing(tmp_path: Path) -> None:
    assert cluster.down(LabLayout("never", tmp_path)) == 0, "there is nothing to stop"
    assert list(tmp_path.iterdir()) == [], "and nothing is made"


def test_a_second_command_on_the_lab_says_that_it_waits(layout: LabLayout) -> None:
    told: list[str] = []

    class Waited(Exception):  # noqa: N818 - not an error: it ends the test's wait
        """Raised in place of the endless wait."""

    def report(line: str) -> None:
        told.append(line)
        raise Waited

    holder = start(layout, "holder", _holding(layout))
    assert wait_until(lambda: layout.log("holder").read_text() == "held\n", 10), "another process must hold the lab"
    with pytest.raises(Waited), exclusively(layout, report):
        pytest.fail("two commands must never change a lab at once")
    assert told == ["another command is changing the lab 'unit': waiting for it to end"], "the user knows why it waits"
    os.kill(holder.pid, signal.SIGKILL)
    with exclusively(layout, lambda _line: None):
        assert wait_until(lambda: process_of(holder) is None, 10), "a killed command does not hold the lab for ever"


def test_a_lock_that_was_deleted_with_its_lab_does_not_let_two_commands_in(layout: LabLayout) -> None:
    entered: list[str] = []

    def wait_for_the_lab() -> None:
        with exclusively(layout, entered.append):
            entered.append("second")

    with exclusively(layout, entered.append):
        second = threading.Thread(target=wait_for_the_lab)
        second.start()
        assert wait_until(lambda: len(entered) == 1, 10), "it must wait for this command"
        layout.lock.unlink()  # As 'down --delete' does.
        third = os.open(layout.lock, os.O_RDWR | os.O_CREAT)
        fcntl.flock(third, fcntl.LOCK_EX)  # A command that came after the deletion.
    second.join(0.05)
    assert second.is_alive(), "the file that it waited for is no lock any more"
    os.close(third)
    second.join(10)
    assert entered[1:] == ["second"], "then it is its turn"


def _holding(layout: LabLayout) -> tuple[str, ...]:
    """A command that holds the lab's lock until it is killed."""
    code = (
        "import fcntl, sys, signal; lock = open(sys.argv[1], 'a'); fcntl.flock(lock, fcntl.LOCK_EX); "
        "print('held', flush=True); signal.pause()"
    )
    return (sys.executable, "-S", "-E", "-c", code, str(layout.lock))
