"""The guide to traffic: each of its examples is a part of a stack that loads."""

import re
from typing import Any

import pytest

from components.services.specs import derived
from components.settings.data_files import load_yaml
from tests.services.test_bad_inputs import CASES
from tests.support.stacks import DEMO, ROOT, settings_of

_BLOCK = re.compile(r"```yaml\n(.*?)```", re.DOTALL)
GUIDE = (ROOT / "docs/traffic.md").read_text(encoding="utf-8")
BLOCKS = [load_yaml(text) for text in _BLOCK.findall(GUIDE)]
REFUSED = [case for case in CASES if case["name"].startswith("HTTPRoute")]


@pytest.mark.parametrize("block", BLOCKS, ids="-".join)
def test_an_example_of_the_guide_makes_objects(block: dict[str, Any]) -> None:
    settings = settings_of({**DEMO, "samples": {}, **block})
    made = [*derived(settings), *settings.resources, *(one.proxy for one in settings.services.values() if one.proxy)]
    assert made, "a reader would copy what does nothing"


@pytest.mark.parametrize("case", REFUSED, ids=lambda case: case["name"])
def test_what_an_httproute_cannot_say_is_in_the_guide(case: dict[str, Any]) -> None:
    section = GUIDE.partition("## Gateway API")[2].partition("\n## ")[0]
    for message in case["expect"]:
        field = re.findall(r"[A-Za-z]+", message.partition(": ")[0])[-1]
        assert f"`{field}`" in section, "who plans to change `api` would learn it too late"


def test_the_guide_has_examples() -> None:
    assert len(BLOCKS) >= 8, "the fences of the guide have changed, and nothing would be tested"
