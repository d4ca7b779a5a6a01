"""Names of services as Kubernetes and Istio know them."""

from components.services.names import pod_labels, service_host, service_name, version_labels
from tests.services.shop import SHOP, shop_with
from tests.support.stacks import settings_of

SERVICES = settings_of(SHOP).services


def test_a_service_has_the_name_of_its_key_unless_it_says_otherwise() -> None:
    named = settings_of(shop_with({"services.reviews.name": "reviews-web"})).services["reviews"]
    assert service_name("reviews", SERVICES["reviews"]) == "reviews", "the key is what people read"
    assert service_name("reviews", named) == "reviews-web", "two namespaces may have Services of one name"


def test_a_host_is_written_in_full() -> None:
    assert service_host("reviews", SERVICES["reviews"]) == "reviews.shop.svc.cluster.local", (
        "a short one means another Service in each namespace"
    )


def test_a_version_has_a_host_of_its_own_where_routes_are_those_of_the_gateway_api() -> None:
    assert service_host("cart", SERVICES["cart"], "v2") == "cart-v2.shop.svc.cluster.local", "it knows no subsets"
    assert service_host("reviews", SERVICES["reviews"], "v2") == "reviews.shop.svc.cluster.local", "a subset is meant"


def test_pods_and_versions_are_found_by_the_usual_labels_unless_others_are_given() -> None:
    given = settings_of(
        shop_with({"services.reviews.selector": {"run": "r"}, "services.reviews.versions.v1": {"labels": {"rel": "1"}}})
    ).services["reviews"]
    assert pod_labels("reviews", SERVICES["reviews"]) == {"app": "reviews"}, "Istio's own convention"
    assert pod_labels("reviews", given) == {"run": "r"}, "what the pods have counts"
    assert version_labels("v1", SERVICES["reviews"].versions["v1"]) == {"version": "v1"}, "Istio's own convention"
    assert version_labels("v1", given.versions["v1"]) == {"rel": "1"}, "what the pods have counts"
