"""Status: which parts it names, and how."""

from lab import cluster
from lab.layout import LabLayout
from lab.processes import start
from tests.lab_unit.cluster.conftest import states
from tests.lab_unit.programs import WAIT


def test_a_part_that_was_never_started_is_named_by_status(layout: LabLayout) -> None:
    start(layout, "etcd", WAIT)
    assert states(layout) == {"etcd": "running", "kube-apiserver": "not started"}, "half a lab must not look whole"


def test_status_of_a_lab_that_is_down_lists_nothing(layout: LabLayout) -> None:
    assert cluster.status(layout) == [], "no part was started"


def test_status_shows_how_often_a_part_was_restarted(layout: LabLayout) -> None:
    start(layout, "istiod-ns.default", WAIT, notes={"restarts": "3"})
    assert states(layout)["istiod-ns.default"] == "running, restarted 3x", "a part that dies again and again is seen"
