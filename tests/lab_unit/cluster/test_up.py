"""Up: what it starts, what it leaves alone, what it repairs and what it refuses."""

import os
import shutil
import signal
import socket
from pathlib import Path

import psutil
import pytest

from lab import cluster
from lab.errors import LabError
from lab.layout import LabLayout, port_is_free
from lab.processes import Record, process_of, records
from lab.readiness import wait_until
from tests.lab_unit.cluster.conftest import NAMES, states, up


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


def test_a_part_that_dies_while_up_looks_at_it_is_started_again(
    layout: LabLayout, monkeypatch: pytest.MonkeyPatch
) -> None:
    up(layout)
    before = records(layout)["etcd"]
    dying = [process_of(before)]

    def late(record: Record) -> psutil.Process | None:
        # What was killed a moment ago is still there when it is looked for first.
        return dying.pop() if dying and record == before else process_of(record)

    monkeypatch.setattr(cluster, "process_of", late)
    os.kill(before.pid, signal.SIGKILL)
    assert up(layout) == ["etcd had died: starting it again", "etcd is ready"], "the user need not ask twice"
    assert states(layout) == dict.fromkeys(NAMES, "running"), "all of it runs"


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


def test_the_sockets_of_a_part_that_died_may_take_a_moment_to_close(
    layout: LabLayout, monkeypatch: pytest.MonkeyPatch
) -> None:
    up(layout)
    died = records(layout)["etcd"]
    os.kill(died.pid, signal.SIGKILL)
    wait_until(lambda: process_of(died) is None, 5.0)
    asked: list[int] = []

    def closed_at_the_second_look(port: int) -> bool:
        asked.append(port)
        return len(asked) > 1

    monkeypatch.setattr("lab.cluster.port_is_free", closed_at_the_second_look)
    assert up(layout) == ["etcd had died: starting it again", "etcd is ready"], "its own port is nobody else's"


def test_up_after_down_takes_other_ports(layout: LabLayout, monkeypatch: pytest.MonkeyPatch) -> None:
    up(layout)
    before = set(layout.ports().values())
    cluster.down(layout)

    def free(port: int) -> bool:
        # Not just any other one: what runs beside this test holds ports, too.
        return port not in before and port_is_free(port)

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
