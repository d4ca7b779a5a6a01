"""The guide to observability: each of its examples is a part of a stack that loads."""

import re
from typing import Any, cast

import pytest

from components.settings.data_files import load_yaml
from components.settings.merge import merge
from tests.support.stacks import PRODUCTION, ROOT, settings_of

_BLOCK = re.compile(r"```yaml\n(.*?)```", re.DOTALL)
_GUIDE = (ROOT / "docs/observability.md").read_text(encoding="utf-8")
BLOCKS = [load_yaml(text) for text in _BLOCK.findall(_GUIDE)]

AROUND: dict[str, Any] = PRODUCTION | {
    "samples": {},
    "namespaces": {"shop": {"injection": "enabled"}, "jobs": {"injection": "enabled"}},
    "telemetry": {
        "providers": {"tempo": {"zipkin": {"service": "tempo.observability.svc.cluster.local", "port": 9411}}},
        "tracing": {"providers": [{"name": "tempo"}]},
    },
}
"""A stack with the namespaces of the guide, and with a collector of another name."""


@pytest.mark.parametrize("block", BLOCKS, ids="-".join)
def test_an_example_of_the_guide_is_accepted_in_production(block: dict[str, Any]) -> None:
    settings_of(cast("dict[str, Any]", merge(AROUND, block)))  # Raises with every mistake.


def test_the_guide_has_examples() -> None:
    assert len(BLOCKS) >= 4, "the fences of the guide have changed, and nothing would be tested"
