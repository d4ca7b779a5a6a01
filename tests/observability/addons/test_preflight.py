"""What is looked at before addons are registered."""

import json
from pathlib import Path
from typing import Any

import pytest

from components.observability.addons import preflight
from components.observability.addons.preflight import addon_preflight, storage_problems
from tests.observability.addons.stack import demo_addons, production_addons

STANDARD = {"metadata": {"name": "standard"}}
DEFAULT = {"metadata": {"name": "ssd", "annotations": {"storageclass.kubernetes.io/is-default-class": "true"}}}


def lines(addons: Any, classes: list[dict[str, Any]] | None, monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """What is said about the volumes of a stack on a cluster with these classes; None where it does not tell."""
    answer = None if classes is None else json.dumps({"items": classes}).encode()

    def ask(_access: object, _path: str) -> bytes | None:
        return answer

    monkeypatch.setattr(preflight, "ask", ask)
    access: Any = object()
    return [problem.line("Pulumi.test.yaml") for problem in storage_problems(addons, access)]


def test_a_volume_needs_a_class_where_none_is_the_default(monkeypatch: pytest.MonkeyPatch) -> None:
    addons = production_addons(prometheus={}, grafana={"persistence": {"storageClassName": "standard"}}).addons
    rule = (
        "storageClassName: required, because the cluster has no default StorageClass, so that the volume would never "
        "be made. Name one of those that it has (standard), or give it a default one. [MESH-218]"
    )
    assert lines(addons, [STANDARD], monkeypatch) == [
        f"Pulumi.test.yaml: mesh.addons.prometheus.persistence.{rule}",
        f"Pulumi.test.yaml: mesh.addons.prometheus.alertmanager.persistence.{rule}",
    ], "its pods would stay pending, and nobody would say why"


def test_a_class_that_the_cluster_does_not_have_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    addons = demo_addons(prometheus={"persistence": {"size": "1Gi", "storageClassName": "gold"}}).addons
    assert lines(addons, [STANDARD, DEFAULT], monkeypatch) == [
        "Pulumi.test.yaml: mesh.addons.prometheus.persistence.storageClassName: the cluster has no StorageClass 'gold'."
        " Choose one of those that it has: ssd, standard. [MESH-218]"
    ], "a misspelt class is never satisfied"


@pytest.mark.parametrize("classes", [[DEFAULT], None], ids=["a default class", "a cluster that does not tell"])
def test_a_volume_without_a_class_is_right_where_the_cluster_has_one_or_does_not_tell(
    monkeypatch: pytest.MonkeyPatch, classes: list[dict[str, Any]] | None
) -> None:
    addons = production_addons(prometheus={}, jaeger={}).addons
    assert lines(addons, classes, monkeypatch) == [], "what cannot be known is not refused"


def test_a_folder_without_the_chart_of_an_addon_is_told(tmp_path: Path) -> None:
    addons = demo_addons(prometheus={}, charts={"folder": str(tmp_path)}).addons
    assert [problem.line("Pulumi.test.yaml") for problem in addon_preflight(addons, None)] == [
        f"Pulumi.test.yaml: mesh.addons.charts.folder: '{tmp_path}' lacks kube-prometheus-stack-88.5.3.tgz. Fetch them "
        "there with `./mesh charts vendor --stack NAME`, or correct the path. [MESH-406]"
    ], "Helm's own message comes in the middle of a deployment"
