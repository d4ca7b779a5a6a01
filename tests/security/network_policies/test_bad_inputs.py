"""Wrong network policies, each with the full message that its author sees."""

from pathlib import Path
from typing import Any

import pytest

from tests.support.documents import document
from tests.support.stacks import refusals_of, settings_of, with_changes

HERE = Path(__file__).parent
MESH: dict[str, Any] = document(HERE / "cluster.yaml")["mesh"]
CASES: list[dict[str, Any]] = document(HERE / "bad_inputs.yaml")


def mesh_with(changes: dict[str, Any]) -> dict[str, Any]:
    """The stack with a value at each of the dotted paths."""
    return with_changes(MESH, changes)


@pytest.mark.parametrize("case", CASES, ids=lambda case: case["name"])
def test_a_wrong_policy_is_named_by_path_value_rule_and_fix(case: dict[str, Any]) -> None:
    expected = [f"Pulumi.test.yaml: mesh.{one}" for one in case["expect"]]
    assert refusals_of(mesh_with(case["set"])) == expected, "the message is what the user has to go on"


def test_every_case_has_a_name_of_its_own() -> None:
    names = [case["name"] for case in CASES]
    assert len(names) == len(set(names)), "a repeated name hides which case failed"


REACHED = {"networkPolicies.istiod": {"egress": [{"cidr": "203.0.113.0/24", "ports": [443]}]}}
JWKS = '{"keys": [{"kty": "OKP", "crv": "Ed25519", "x": "11qYAYKxCrfVS_7TyWQHOg7hcvPapiMlrwIaaPcHURo", "kid": "a"}]}'


@pytest.mark.parametrize(
    ("keys", "changes"),
    [
        ({"jwksUri": "https://login.example.com/keys"}, REACHED),
        ({"jwks_uri": "https://login.example.com/keys"}, REACHED),
        ({}, REACHED),
        ({"jwks": JWKS}, {}),
    ],
)
def test_keys_that_istiod_may_fetch_or_has_are_accepted(keys: dict[str, str], changes: dict[str, Any]) -> None:
    entry = {
        "apiVersion": "security.istio.io/v1",
        "kind": "RequestAuthentication",
        "metadata": {"name": "login", "namespace": "shop"},
        "spec": {"jwtRules": [{"issuer": "https://login.example.com", **keys}]},
    }
    settings = settings_of(mesh_with({"resources": [entry], **changes}))
    assert settings.network_policies.enabled, "the refusal asks for just this"


def test_the_charts_own_policies_are_accepted_where_ours_are_off() -> None:
    settings = settings_of(
        mesh_with({"networkPolicies": {"enabled": False}, "controlPlane.networkPolicy.enabled": True})
    )
    assert settings.control_plane.network_policy, "then the charts' are better than none"
