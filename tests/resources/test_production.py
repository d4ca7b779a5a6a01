"""What `resources` of a production stack may hold once it says why; what it may not is among the bad inputs."""

from typing import Any

import pytest

from tests.support.stacks import production_with

PLAIN = {"selector": {"matchLabels": {"app": "legacy"}}, "mtls": {"mode": "PERMISSIVE"}}
STRICT = {"selector": {"matchLabels": {"app": "legacy"}}, "mtls": {"mode": "STRICT"}}


@pytest.mark.parametrize(
    ("annotations", "spec"),
    [({"istio-mesh/reason": "scraped by the old monitoring until March"}, PLAIN), ({}, STRICT)],
    ids=["plain text with a reason", "mutual TLS"],
)
def test_production_takes_what_says_why(annotations: dict[str, str], spec: dict[str, Any]) -> None:
    metadata = {"name": "legacy", "namespace": "bookinfo", "annotations": annotations}
    entry = {"apiVersion": "security.istio.io/v1", "kind": "PeerAuthentication", "metadata": metadata, "spec": spec}
    assert len(production_with("resources", [entry]).resources) == 1, "a decision that a reviewer can see is one"
