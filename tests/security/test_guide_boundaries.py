"""The guide to security: what it shows of network policies and roles is a part of a stack that is accepted."""

import json
import re
from typing import Any, cast

import pytest

from components.security.network_policies.specs import network_policies
from components.security.roles.specs import role_manifests
from components.settings.data_files import load_yaml
from components.settings.merge import merge
from components.settings.parse import parse_settings
from tests.support.stacks import PRODUCTION, ROOT

_BLOCK = re.compile(r"^```yaml\n(.*?)^```", re.DOTALL | re.MULTILINE)
_TITLES = ("Network policies", "Egress: what leaves the mesh", "Roles")
_GUIDE = (ROOT / "docs/security.md").read_text(encoding="utf-8")
_SECTIONS = [one for one in _GUIDE.split("\n## ") if one.startswith(_TITLES)]
BLOCKS = [load_yaml(text) for one in _SECTIONS for text in _BLOCK.findall(one)]

AROUND: dict[str, Any] = PRODUCTION | {
    "samples": {},
    "namespaces": {"shop": {"injection": "enabled"}, "legacy": {"injection": "enabled"}},
}
"""A production stack with the namespaces of the guide."""


@pytest.mark.parametrize("block", BLOCKS, ids="-".join)
def test_an_example_of_the_guide_is_accepted_in_production_and_changes_something(block: dict[str, Any]) -> None:
    mesh = cast("dict[str, Any]", merge(AROUND, block))
    before, after = (parse_settings(json.dumps(one), "Pulumi.test.yaml") for one in (AROUND, mesh))
    assert (network_policies(before), role_manifests(before)) != (network_policies(after), role_manifests(after)), (
        "a reader would copy what does nothing"
    )


def test_the_guide_has_examples() -> None:
    assert len(BLOCKS) == len(_TITLES), "the fences of the guide have changed, and nothing would be tested"
