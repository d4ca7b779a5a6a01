"""Down: it leaves no process, and deletes only what it is asked to."""

from pathlib import Path

import pytest

from lab import cluster
from lab.layout import LabLayout
from lab.processes import process_of, records, start, unrecorded
from lab.readiness import wait_until
from tests.lab_unit.cluster.conftest import up
from tests.lab_unit.programs import WAIT


def test_down_leaves_no_process_and_keeps_the_content(layout: LabLayout) -> None:
    up(layout)
    started = list(records(layout).values())
    (layout.root / "etcd").mkdir()
    assert cluster.down(layout) == 2, "it says how many parts there were"
    assert [process_of(record) for record in started] == [None, None], "nothing runs"
    assert cluster.status(layout) == [], "and nothing is recorded"
    assert (layout.root / "etcd").is_dir(), "the content stays"


def test_down_stops_the_agent_first_and_the_store_last(layout: LabLayout, monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("agent", "etcd", "istiod-ns.default", "kube-apiserver", "kwok"):
        start(layout, name, WAIT)
    order: list[list[str]] = []
    real = cluster.stop

    def watched(layout: LabLayout, found: list[cluster.Record]) -> None:
        order.append([record.name for record in found])
        real(layout, found)

    monkeypatch.setattr(cluster, "stop", watched)
    cluster.down(layout)
    assert order == [["agent"], ["istiod-ns.default", "kwok"], ["kube-apiserver"], ["etcd"]], (
        "a living agent starts istiod again; who writes must end before the store"
    )


def test_down_finds_what_the_agent_started_in_its_last_moment(
    layout: LabLayout, monkeypatch: pytest.MonkeyPatch
) -> None:
    start(layout, "agent", WAIT)
    real = cluster.stop

    def starts_one_more(layout: LabLayout, found: list[cluster.Record]) -> None:
        if [record.name for record in found] == ["agent"]:
            start(layout, "istiod-ns.default", WAIT)
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
