"""Versions and policies of services as DestinationRules."""

from tests.services.shop import shop_objects

POLICY = {"loadBalancer": {"simple": "RANDOM"}}


def test_versions_are_subsets_with_their_own_policies() -> None:
    found = shop_objects(
        {"services.reviews.trafficPolicy": POLICY, "services.reviews.versions.v2.trafficPolicy": POLICY}
    )
    assert found["DestinationRule", "reviews"]["spec"] == {
        "host": "reviews.shop.svc.cluster.local",
        "trafficPolicy": POLICY,
        "subsets": [
            {"name": "v1", "labels": {"version": "v1"}},
            {"name": "v2", "labels": {"version": "v2"}, "trafficPolicy": POLICY},
        ],
    }, "routes name them"


def test_a_service_without_versions_and_policies_has_no_rule() -> None:
    assert ("DestinationRule", "stock") not in shop_objects({}), "a rule that says nothing is one object too many"


def test_versions_of_the_gateway_api_have_the_policy_of_their_service() -> None:
    found = shop_objects({"services.cart.trafficPolicy": POLICY})
    hosts = {name: one["spec"]["host"] for (kind, name), one in found.items() if kind == "DestinationRule"}
    assert hosts["cart-v1"] == "cart-v1.shop.svc.cluster.local", "a policy of another Service does not reach it"
    assert found["DestinationRule", "cart-v1"]["spec"]["trafficPolicy"] == POLICY, "as a subset would"
