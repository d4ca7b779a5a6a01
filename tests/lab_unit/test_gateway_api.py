"""Gateway API's CRDs on the lab."""

from pathlib import Path

import pytest

from lab.errors import LabError
from lab.gateway_api import install_gateway_api
from lab.inventory import objects
from lab.layout import LabLayout
from tests.lab_unit.programs import script


@pytest.fixture
def crds(tmp_path: Path) -> Path:
    """The folder of the CRDs, with a file beside that is none."""
    folder = tmp_path / "crds"
    folder.mkdir()
    for name in ("gateway.networking.k8s.io_gateways.yaml", "kustomization.yaml"):
        (folder / name).touch()
    return folder


def test_every_crd_is_applied_and_awaited(layout: LabLayout, crds: Path, tmp_path: Path) -> None:
    kubectl = script(tmp_path / "kubectl", f'echo "$@" >> {tmp_path}/asked')
    install_gateway_api(layout, kubectl, crds)
    asked = [line.partition(" ")[2] for line in (tmp_path / "asked").read_text().splitlines()]
    file = f"--filename={crds}/gateway.networking.k8s.io_gateways.yaml"
    assert asked == [
        f"apply --server-side --force-conflicts {file}",
        f"wait --for=condition=Established --timeout=30s {file}",
    ], "istiod looks for them when it starts"


@pytest.mark.parametrize(
    ("there", "verbs"), [(True, ["apply", "wait", "get"]), (False, ["apply", "wait", "get", "apply"])]
)
def test_crds_that_are_there_are_not_applied_again(
    layout: LabLayout, crds: Path, tmp_path: Path, there: bool, verbs: list[str]
) -> None:
    get = f"exit {0 if there else 1}"
    kubectl = script(tmp_path / "kubectl", f'echo "$2" >> {tmp_path}/asked; case "$2" in get) {get};; esac')
    for _ in range(2):
        install_gateway_api(layout, kubectl, crds)
    asked = (tmp_path / "asked").read_text().split()
    assert asked[:4] == verbs, "every 'lab up' would wait for them, and one that somebody deleted has to come back"


def test_crds_that_are_refused_are_told(layout: LabLayout, crds: Path, tmp_path: Path) -> None:
    kubectl = script(tmp_path / "kubectl", "echo no room left; exit 1")
    with pytest.raises(LabError) as refused:
        install_gateway_api(layout, kubectl, crds)
    assert str(refused.value) == (
        f"the CRDs of Gateway API in {crds} were not installed: no room left\n"
        "See './mesh lab status', and run './mesh lab up' again."
    )


def test_crds_of_gateway_api_are_nobodys_leftovers(layout: LabLayout, tmp_path: Path) -> None:
    bundle = '"annotations": {"gateway.networking.k8s.io/bundle-version": "v1.4.0"}'
    items = f'{{"kind": "CustomResourceDefinition", "metadata": {{"name": "gateways", {bundle}}}}}'
    other = '{"kind": "CustomResourceDefinition", "metadata": {"name": "shops.example.com"}}'
    answer = tmp_path / "answer"
    answer.write_text(f'{{"items": [{items}, {other}]}}')
    kubectl = script(tmp_path / "kubectl", f'case "$2" in get) cat {answer};; *) echo things;; esac')
    found = objects(kubectl, layout.kubeconfig)
    assert found == {"CustomResourceDefinition shops.example.com"}, "the lab made the others, not a stack"
