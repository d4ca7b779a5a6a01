"""The examples are stack files that load, and none is left out of their list."""

from pathlib import Path

import pytest

from lab.stack_file import check_stack_file
from tests.support.stacks import ROOT

EXAMPLES = sorted((ROOT / "examples").glob("Pulumi.*.yaml"))


@pytest.mark.parametrize("example", EXAMPLES, ids=lambda path: path.name)
def test_an_example_loads(example: Path) -> None:
    check_stack_file(example)  # Raises with every mistake of the file.


def test_every_example_is_in_the_list() -> None:
    listed = (ROOT / "examples" / "README.md").read_text()
    missing = [example.name for example in EXAMPLES if f"({example.name})" not in listed]
    assert EXAMPLES, "there are examples"
    assert missing == [], "what is not listed is not found"
