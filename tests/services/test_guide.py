"""The guide to traffic: each of its examples is a part of a stack that loads."""

import re
from typing import Any

import pytest
import yaml

from components.services.specs import derived
from tests.support.stacks import DEMO, ROOT, settings_of

_BLOCK = re.compile(r"```yaml\n(.*?)```", re.DOTALL)
BLOCKS = [yaml.safe_load(text) for text in _BLOCK.findall((ROOT / "docs/traffic.md").read_text(encoding="utf-8"))]


@pytest.mark.parametrize("block", BLOCKS, ids="-".join)
def test_an_example_of_the_guide_makes_objects(block: dict[str, Any]) -> None:
    settings = settings_of({**DEMO, "samples": {}, **block})
    made = [*derived(settings), *settings.resources, *(one.proxy for one in settings.services.values() if one.proxy)]
    assert made, "a reader would copy what does nothing"


def test_the_guide_has_examples() -> None:
    assert len(BLOCKS) >= 8, "the fences of the guide have changed, and nothing would be tested"
