"""Wrong stack files, each with the full message that its author sees."""

import re
from itertools import zip_longest
from pathlib import Path
from typing import Any

import pytest

from tests.support.documents import document
from tests.support.stacks import DEMO, changed, refusals_of, stack_of_row

CASES: list[dict[str, Any]] = document(Path(__file__).with_name("bad_inputs.yaml"))

CODE = re.compile(r" \[MESH-[0-9]{3}\]$")


def messages_for(document: object) -> list[str]:
    """What is said about a stack whose mesh is `document`."""
    return refusals_of(document)


@pytest.mark.parametrize("case", CASES, ids=lambda case: case["name"])
def test_a_wrong_setting_is_named_by_path_value_rule_and_fix(case: dict[str, Any]) -> None:
    document = stack_of_row(case)
    expected: list[str] = case["expect"]
    found = messages_for(document)
    # A row may leave the codes out; what it does say has to be there in full.
    told = [
        line if CODE.search(row) else CODE.sub("", line) for line, row in zip_longest(found, expected, fillvalue="")
    ]
    assert told == expected, "the message is what the user has to go on"


def test_every_case_has_a_name_of_its_own() -> None:
    names = [case["name"] for case in CASES]
    assert len(names) == len(set(names)), "a repeated name hides which case failed"


@pytest.mark.parametrize("document", ["demo", ["demo"], {}, None, 5], ids=str)
def test_a_mesh_that_is_no_map_is_refused(document: object) -> None:
    assert messages_for(document) == [
        "Pulumi.test.yaml: mesh: is not a map of settings. Give it keys below, at least `profile` and `istio`. "
        "[MESH-004]"
    ], "nothing else can be said about it"


@pytest.mark.parametrize("path", ["profile", "istio.version", "gateways.ingressgateway.namespace"])
def test_a_required_key_that_is_missing_is_named_with_an_example(path: str) -> None:
    *parents, last = path.split(".")
    document = changed(DEMO, path, None)
    node = document
    for part in parents:
        node = node[part]
    del node[last]
    (message,) = messages_for(document)
    assert message.startswith(f"Pulumi.test.yaml: mesh.{path}: required, but missing. Add it, for example `{last}: "), (
        "an example shows the form without a look at the reference"
    )
