"""The generated copy of a stack file."""

from pathlib import Path
from typing import Any

import pytest
import yaml

from lab.errors import LabError
from lab.stack_file import StackCopy, read_stack_file, write_copy

REPLACEMENTS: dict[str, Any] = {"cluster": {"context": "lab"}, "istio.version": "1.29.1"}
COMMITTED = """\
config:
  istio-mesh:mesh:
    profile: demo
    istio:
      version: "1.30.3"
      revision: blue
"""
SECRET = """\
encryptionsalt: v1:of-the-committed-file
config:
  istio-mesh:mesh:
    profile: demo
    gateways:
      one: {servers: [{tls: {key: {secure: v1:cipher}}}]}
"""


@pytest.fixture
def committed(tmp_path: Path) -> Path:
    """A committed stack file."""
    path = tmp_path / "Pulumi.dev.yaml"
    path.write_text(COMMITTED)
    return path


def _copy(committed: Path, target: Path, replacements: dict[str, Any] = REPLACEMENTS) -> StackCopy:
    return write_copy(read_stack_file(committed), committed.name, target, replacements)


def _copied(committed: Path, target: Path, replacements: dict[str, Any] = REPLACEMENTS) -> dict[str, Any]:
    _copy(committed, target, replacements)
    return yaml.safe_load(target.read_text())


def test_only_what_must_differ_is_replaced(committed: Path, tmp_path: Path) -> None:
    mesh = _copied(committed, tmp_path / "copy.yaml")["config"]["istio-mesh:mesh"]
    assert mesh == {
        "profile": "demo",
        "istio": {"version": "1.29.1", "revision": "blue"},
        "cluster": {"context": "lab"},
    }, "the stack's other settings are as committed"


def test_the_committed_file_is_not_touched(committed: Path, tmp_path: Path) -> None:
    _copied(committed, tmp_path / "copy.yaml")
    assert committed.read_text() == COMMITTED, "it belongs to the user"


def test_what_was_read_can_be_copied_for_another_cluster_too(committed: Path, tmp_path: Path) -> None:
    document = read_stack_file(committed)
    write_copy(document, committed.name, tmp_path / "copy.yaml", REPLACEMENTS)
    assert document == read_stack_file(committed), "a copy must not find the values of the one before it"


def test_the_copy_says_where_it_comes_from(committed: Path, tmp_path: Path) -> None:
    _copy(committed, tmp_path / "copy.yaml")
    first = (tmp_path / "copy.yaml").read_text().splitlines()[0]
    assert first == "# Generated from Pulumi.dev.yaml by ./mesh; edit that file, not this one.", "an edit would be lost"


def test_what_was_replaced_is_told_in_a_line_each(committed: Path, tmp_path: Path) -> None:
    replaced = _copy(committed, tmp_path / "copy.yaml").replaced
    assert [str(one) for one in replaced] == [
        "mesh.cluster: (not set) -> {context: lab}",
        "mesh.istio.version: 1.30.3 -> 1.29.1",
    ]


def test_a_value_that_is_the_same_is_not_told(committed: Path, tmp_path: Path) -> None:
    assert _copy(committed, tmp_path / "copy.yaml", {"istio.version": "1.30.3"}).replaced == [], "nothing differs"


def test_the_copys_own_encryption_is_kept(committed: Path, tmp_path: Path) -> None:
    (tmp_path / "copy.yaml").write_text("encryptionsalt: v1:of-the-lab\nconfig: {}\n")
    assert _copied(committed, tmp_path / "copy.yaml")["encryptionsalt"] == "v1:of-the-lab", "Pulumi wrote it there"


def test_the_encryption_of_a_committed_file_without_secrets_is_left_out(committed: Path, tmp_path: Path) -> None:
    committed.write_text(f"secretsprovider: awskms://somewhere\nencryptedkey: abc\n{COMMITTED}")
    assert list(_copied(committed, tmp_path / "copy.yaml")) == ["config"], "the lab has no access to that key"


def test_encrypted_values_keep_the_encryption_that_can_read_them(committed: Path, tmp_path: Path) -> None:
    committed.write_text(SECRET)
    (tmp_path / "copy.yaml").write_text("encryptionsalt: v1:of-the-lab\nconfig: {}\n")
    copied = _copied(committed, tmp_path / "copy.yaml", {})
    assert copied == yaml.safe_load(SECRET), "with the lab's key nobody could read them: they would be lost"


@pytest.mark.parametrize("content", ["{", "- a list", "\x00"])
def test_a_damaged_copy_is_made_anew(committed: Path, tmp_path: Path, content: str) -> None:
    (tmp_path / "copy.yaml").write_text(content)
    assert list(_copied(committed, tmp_path / "copy.yaml")) == ["config"], "it is generated, so nothing is lost"


def _refusal(path: Path) -> str:
    with pytest.raises(LabError) as refused:
        _copy(path, path.parent / "copy.yaml")
    assert not (path.parent / "copy.yaml").exists(), "nothing half done"
    return str(refused.value)


def test_a_stack_without_a_file_is_told_with_the_stacks_there_are(committed: Path) -> None:
    (committed.parent / "Pulumi.prod.yaml").write_text(COMMITTED)
    assert _refusal(committed.with_name("Pulumi.tset.yaml")) == (
        "Pulumi.tset.yaml: there is no such stack file. The stacks here are: dev, prod. [MESH-001]"
    )


def test_a_file_that_is_not_yaml_is_told_with_its_line(committed: Path) -> None:
    committed.write_text("config:\n  istio-mesh:mesh:\n    profile: demo\n   istio: {}\n")
    assert _refusal(committed) == (
        "Pulumi.dev.yaml: is not YAML at line 4: expected <block end>, but found '<block mapping start>'. "
        "Correct that line. [MESH-002]"
    )


def test_a_file_that_is_not_text_is_told(committed: Path) -> None:
    committed.write_bytes(b"config: \xff\xfe\n")
    assert _refusal(committed) == "Pulumi.dev.yaml: is not text in UTF-8. Save it as such. [MESH-002]"


@pytest.mark.parametrize(
    "content", ["", "config:\n", "a text", "config: {other:mesh: {}}", "config: {'istio-mesh:mesh': demo}"]
)
def test_a_file_without_a_mesh_is_told(committed: Path, content: str) -> None:
    committed.write_text(content)
    assert _refusal(committed) == (
        "Pulumi.dev.yaml: config.istio-mesh:mesh must be a map. See Pulumi.dev.yaml for one that works. [MESH-004]"
    )
