"""How a stack file is read as YAML."""

import json
import time
from pathlib import Path

import pytest

from components.settings.wording import shown
from lab.errors import LabError
from lab.stack_file import check_stack_file, read_stack_file
from lab.stack_yaml import read_yaml

MESH = """\
config:
  istio-mesh:mesh:
    profile: demo
    istio: {version: "1.30.3"}
"""
SCHEMA_LINE = "# yaml-language-server: $schema=schemas/stack.schema.json\n"


@pytest.fixture
def path(tmp_path: Path) -> Path:
    """Where a stack file is written."""
    return tmp_path / "Pulumi.dev.yaml"


def refusal(path: Path, content: str) -> str:
    """What is said about a stack file with this content."""
    path.write_text(content)
    with pytest.raises(LabError) as refused:
        check_stack_file(path)
    return str(refused.value)


def test_the_line_for_editors_is_a_comment_to_everybody_else(path: Path) -> None:
    path.write_text(SCHEMA_LINE + MESH)
    assert list(read_stack_file(path)) == ["config"], "it must not change how the file is read"


def test_anchors_and_merged_maps_are_read(path: Path) -> None:
    path.write_text("a: &a {x: 1, y: 1}\nb: {<<: *a, y: 2}\nc: *a\n")
    assert read_yaml(path) == {"a": {"x": 1, "y": 1}, "b": {"x": 1, "y": 2}, "c": {"x": 1, "y": 1}}, "they are YAML"


def test_a_key_that_is_given_twice_is_told_with_both_lines(path: Path) -> None:
    assert refusal(path, MESH + "    mtls: {mode: STRICT}\n    mtls: {mode: DISABLE}\n") == (
        "Pulumi.dev.yaml: the key 'mtls' is given in line 5 and again in line 6, and one would be ignored. "
        "Keep one of them. [MESH-003]"
    ), "the first one would be dropped without a word"


def test_a_key_that_is_given_twice_on_one_line_is_found(path: Path) -> None:
    assert "'mode' is given in line 5 and again in line 5" in refusal(path, MESH + "    mtls: {mode: A, mode: B}\n"), (
        "short maps are written on one line"
    )


def test_a_tab_is_told(path: Path) -> None:
    assert refusal(path, MESH + "\tmtls: {mode: STRICT}\n") == (
        "Pulumi.dev.yaml: is not YAML at line 5: found character '\\t' that cannot start any token. "
        "Indent with spaces, not with tabs. [MESH-002]"
    ), "nobody sees a tab"


def test_a_second_document_is_told(path: Path) -> None:
    assert refusal(path, f"{MESH}---\n{MESH}") == (
        "Pulumi.dev.yaml: holds a second document at line 5. Keep one. [MESH-002]"
    ), "only one of them would count"


def test_an_anchor_that_holds_itself_is_told(path: Path) -> None:
    assert refusal(path, MESH + "    gateways: &a {b: *a}\n") == (
        "Pulumi.dev.yaml: a key that is no plain text, or an anchor that holds itself. Write it out. [MESH-002]"
    ), "it has no end"


def test_a_version_without_quotes_is_told_with_the_reason(path: Path) -> None:
    assert refusal(path, MESH.replace('"1.30.3"', "1.30")) == (
        "Pulumi.dev.yaml: mesh.istio.version: 1.3 is a number: YAML reads a version with one dot and no quotes as one, "
        'so that 1.30 becomes 1.3. Quote the full version, for example `version: "1.30.3"`. [MESH-103]'
    ), "the zero is gone before anything of ours sees it"


def test_an_empty_file_is_told(path: Path) -> None:
    assert refusal(path, "") == (
        "Pulumi.dev.yaml: config.istio-mesh:mesh must be a map. See Pulumi.dev.yaml for one that works. [MESH-004]"
    ), "a new stack starts with an empty file"


def test_a_private_key_in_clear_is_refused_and_not_shown(path: Path) -> None:
    told = refusal(path, MESH + "    cluster:\n      context: '-----BEGIN PRIVATE KEY----- hunter2'\n")
    assert told == (
        "Pulumi.dev.yaml: mesh.cluster.context: holds a private key in clear, which is not shown here; whoever can "
        "read this file has it now. Make a new key, store it with `pulumi config set --secret NAME`, and write that "
        "NAME here if this setting takes one. [MESH-006]"
    ), "messages land in logs"


@pytest.mark.parametrize(
    "secret", ["aGVsbG8gd29ybGQgdGhpcyBpcyBhIGtleQ9f8K2", "eyJhbGciOiJIUzI1NiJ9.eyJzdWIiOiIxMjM0NTY3ODkwIn0.abc"]
)
@pytest.mark.parametrize("place", ["    mtls: {{mode: {}}}\n", "    gateways:\n      {}: {{}}\n", "    {}: x\n"])
def test_what_looks_like_a_token_is_never_shown(path: Path, secret: str, place: str) -> None:
    assert secret not in refusal(path, MESH + place.format(secret)), "a name can be guessed, a token must not be"


def test_long_names_of_the_mesh_do_not_look_like_tokens() -> None:
    names = [
        "targetCPUUtilizationPercentage",
        "ECDHE-ECDSA-CHACHA20-POLY1305",
        "istio-ingressgateway-internal-eu-west-1",
    ]
    assert [shown(name) for name in names] == [f"'{name}'" for name in names], "the author has to recognise the value"


def test_ten_thousand_lines_are_checked_in_less_than_two_seconds(path: Path) -> None:
    rows = [f"      team-{number}:\n        injection: enabled\n" for number in range(5000)]
    path.write_text(MESH + "    namespaces:\n" + "".join(rows))
    begun = time.process_time()
    check_stack_file(path)
    assert time.process_time() - begun < 2, "nobody waits for the check of a file"


def test_ten_thousand_mistakes_are_told_in_less_than_two_seconds(path: Path) -> None:
    rows = [f"      team-{number}: {{injectoin: {json.dumps(number)}}}\n" for number in range(10000)]
    begun = time.process_time()
    told = refusal(path, MESH + "    namespaces:\n" + "".join(rows))
    assert (len(told.splitlines()), time.process_time() - begun < 2) == (10000, True), "all of them, and soon"
