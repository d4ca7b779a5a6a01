"""What authorization comes to: AuthorizationPolicies of services, gateways, namespaces and the mesh."""

from pathlib import Path
from typing import Any

import pytest

from components.services.specs import derived
from components.settings.mesh import MeshSettings
from components.settings.problems import SettingsError
from tests.services.shop import shop_with
from tests.support.documents import document
from tests.support.stacks import DEMO, changed, settings_of

CASES: list[dict[str, Any]] = document(Path(__file__).with_name("policies.yaml"))


def policies(mesh: dict[str, Any]) -> dict[str, dict[str, Any]]:
    """The AuthorizationPolicies of a stack as NAMESPACE/NAME with their specs, annotations beside."""
    found: dict[str, dict[str, Any]] = {}
    for one in derived(_accepted(mesh)):
        if one.manifest["kind"] == "AuthorizationPolicy":
            metadata = one.manifest["metadata"]
            notes = {"annotations": metadata["annotations"]} if "annotations" in metadata else {}
            name = f"{metadata['namespace']}/{metadata['name']}"
            assert name not in found, "of two objects with one name a cluster keeps one"
            found[name] = notes | one.manifest["spec"]
    return found


def _accepted(mesh: dict[str, Any]) -> MeshSettings:
    """The settings of a stack; a service that nobody calls says so, where the checks want it to."""
    try:
        return settings_of(mesh)
    except SettingsError as error:
        for one in error.problems:
            assert one.rule.startswith("nobody may call it"), f"the row is wrong: {one.line('row')}"
            mesh = changed(mesh, f"services.{one.path[1]}.callers", [])
    return settings_of(mesh)


@pytest.mark.parametrize("case", CASES, ids=lambda case: case["name"])
def test_a_stack_makes_the_policies_that_it_describes(case: dict[str, Any]) -> None:
    found = policies(shop_with(case["set"]))
    wanted: dict[str, Any] = case["only"] if "only" in case else case["expect"]
    shown = found if "only" in case else {name: found.get(name) for name in wanted}
    if "dry-run" not in str(wanted):
        assert shown == wanted, "a policy decides who gets in"
    else:
        tried = {"istio.io/dry-run": "true"}
        marked = {name: {"annotations": tried, **one} if "dry-run" in name else one for name, one in wanted.items()}
        assert shown == marked, "a policy that is tried has to say so, and the others must not"
    assert not set(case.get("absent", ())) & set(found), "it would deny what nothing asked to deny"


def test_every_case_has_a_name_of_its_own() -> None:
    names = [case["name"] for case in CASES]
    assert len(names) == len(set(names)), "a repeated name hides which case failed"


def test_the_gateway_of_the_sample_may_call_its_page() -> None:
    page = {"namespace": "bookinfo", "port": 9080, "serviceAccount": "bookinfo-productpage"}
    mesh = {**DEMO, "services": {"productpage": page}, "authorization": {"stage": "audit", "defaultDeny": "services"}}
    rules = policies(mesh)["bookinfo/productpage-callers-dry-run"]["rules"]
    assert rules == [{"from": [{"source": {"principals": ["cluster.local/ns/istio-ingress/sa/ingressgateway"]}}]}], (
        "the route of the sample leads there, as an exposure does"
    )


def test_a_policy_that_is_tried_has_another_name_than_the_one_that_takes_effect() -> None:
    tried, real = (
        set(policies(shop_with({"authorization": {"stage": stage, "defaultDeny": "mesh"}})))
        for stage in ("audit", "enforce")
    )
    assert {f"{name}-dry-run" for name in real} == tried, (
        "changed in place, what denies could take effect before what allows"
    )
