"""The guide to security: what it shows of authorization and tokens is a part of a stack that is accepted."""

import json
import re
import textwrap
from datetime import date
from typing import Any, cast

import pytest

from components.services.specs import derived
from components.settings.data_files import load_yaml
from components.settings.merge import merge
from components.settings.parse import parse_settings
from tests.support.stacks import PRODUCTION, ROOT

_BLOCK = re.compile(r"^ *```yaml\n(.*?)^ *```", re.DOTALL | re.MULTILINE)
_GUIDE = (ROOT / "docs/security.md").read_text(encoding="utf-8")
_SECTIONS = [one for one in _GUIDE.split("\n## ") if one.startswith(("Who may talk to whom", "Tokens at the edge"))]
BLOCKS = [load_yaml(textwrap.dedent(text)) for one in _SECTIONS for text in _BLOCK.findall(one)]

AROUND: dict[str, Any] = PRODUCTION | {
    "samples": {},
    "namespaces": {"shop": {"injection": "enabled"}, "jobs": {"injection": "enabled"}},
    "services": {"cart": {"namespace": "shop", "port": 8080, "callers": []}},
    "authorization": {"stage": "audit", "defaultDeny": "services"},
}
"""A production stack with the namespaces of the guide, and a service to derive something for."""


@pytest.mark.parametrize("block", BLOCKS, ids="-".join)
def test_an_example_of_the_guide_is_accepted_in_production_and_makes_policies(block: dict[str, Any]) -> None:
    mesh = cast("dict[str, Any]", merge(AROUND, block))
    # A date, which JSON does not have, is text when Pulumi hands it on.
    settings = parse_settings(json.dumps(mesh, default=str), "Pulumi.test.yaml", date(2027, 3, 31))
    made = [one for one in derived(settings) if one.manifest["apiVersion"] == "security.istio.io/v1"]
    assert made, "a reader would copy what does nothing"


def test_the_guide_has_examples() -> None:
    assert len(BLOCKS) >= 5, "the fences of the guide have changed, and nothing would be tested"
