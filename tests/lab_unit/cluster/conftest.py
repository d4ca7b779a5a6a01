"""A lab whose parts are small programs; its folder, locks, ports and processes are real."""

from pathlib import Path

import pytest

from lab import cluster
from lab.layout import LabLayout
from lab.parts import Part
from tests.lab_unit.programs import answering_part

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
        "package_addon_charts",
        "write_configuration",
        "await_nodes",
        "install_gateway_api",
        "remember_baseline",
        "await_istiods",
        "revive_data_planes",
    ):
        monkeypatch.setattr(cluster, step, nothing)


def up(layout: LabLayout) -> list[str]:
    """Bring the lab up, and return what was reported, without the seconds."""
    lines: list[str] = []
    programs = {name: Path() for name in ("istio-charts", "kubectl", "gateway-api", "prometheus-operator-crds")}
    cluster.up(layout, programs, istio_version="1.0.0", report=lines.append)
    return [line.partition(" (")[0] for line in lines]


def states(layout: LabLayout) -> dict[str, str]:
    """Part -> state, as status tells."""
    return {part.name: part.state for part in cluster.status(layout)}
