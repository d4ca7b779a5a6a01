"""What a target lays out for Pulumi, and how it is found again."""

import json
from pathlib import Path

import pytest

from lab.errors import LabError
from lab.pulumi import PROJECT, Target, load_target
from tests.lab_unit.pulumi.conftest import VERSIONS


def test_preparing_again_keeps_the_passphrase(target: Target) -> None:
    passphrase = target.folder / "pulumi" / "passphrase"
    before = passphrase.read_text()
    tools = target.checkout / "tools"
    target.prepare({path.name: path for path in tools.iterdir()}, VERSIONS)
    assert passphrase.read_text() == before, "the state is encrypted with it"
    assert passphrase.stat().st_mode & 0o777 == 0o600, "it is a secret"


def test_the_provider_lies_where_pulumi_looks_for_plugins(target: Target) -> None:
    plugin = target.folder / "pulumi/home/plugins/resource-kubernetes-v4.26.0/pulumi-resource-kubernetes"
    assert plugin.readlink() == target.checkout / "tools" / "pulumi-resource-kubernetes", "no download is tried"


def test_a_prepared_target_is_found_again(target: Target) -> None:
    assert load_target(target.folder) == target, "another command gets the same one"


def test_a_target_that_was_never_prepared_is_told(tmp_path: Path) -> None:
    with pytest.raises(LabError) as missing:
        load_target(tmp_path / "lab")
    assert str(missing.value) == "'lab' was never started. Run './mesh lab up' first."


@pytest.mark.parametrize("content", ['{"kube', "[]", "{}", json.dumps({"kubeconfig": "x"})])
def test_damaged_settings_of_a_target_are_told(tmp_path: Path, content: str) -> None:
    (tmp_path / "pulumi.json").write_text(content)
    with pytest.raises(LabError) as damaged:
        load_target(tmp_path)
    assert str(damaged.value) == (f"{tmp_path / 'pulumi.json'}: is damaged. Run './mesh lab up', which writes it anew.")


def test_the_project_of_the_copies_is_the_programs(target: Target) -> None:
    assert f"name: {PROJECT}\n" in (target.project / "Pulumi.yaml").read_text(), "stacks belong to the same project"
