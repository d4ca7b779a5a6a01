"""What a production stack refuses to lose, and how it is destroyed when that is meant."""

from pathlib import Path

import pytest

from tests.lab.conftest import Lab
from tests.lab.own_stack import OwnStack

pytestmark = pytest.mark.lab

MESH = {"profile": "demo", "istio": {"version": "1.30.3"}}


def test_a_protected_stack_is_destroyed_only_after_its_protection_is_switched_off(lab: Lab, tmp_path: Path) -> None:
    stack = OwnStack(lab, tmp_path, "protected", MESH)
    try:
        stack.describe(MESH, deletionProtection=True)
        assert stack.up().returncode == 0, "a protected stack is deployed as any other"
        refused = stack.destroy()
        kept = lab.kubectl("get", "namespace/istio-system", "crd/gateways.networking.istio.io")
    finally:
        stack.describe(MESH)
        switched_off = stack.up()
        gone = stack.destroy()
    assert refused.returncode != 0, "the CA and the CRDs must not go by mistake"
    assert "protect" in refused.stderr + refused.stdout, f"the refusal says why: {refused.stderr}"
    assert kept.returncode == 0, f"nothing of it is deleted: {kept.stderr}"
    assert switched_off.returncode == 0, switched_off.stderr
    assert gone.returncode == 0, f"after one deployment without protection a destroy works: {gone.stderr}"
    assert lab.kubectl("get", "namespace/istio-system").returncode == 1, "and leaves no namespace behind"
