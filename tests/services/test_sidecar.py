"""What the proxies of a service learn of the mesh."""

from typing import Any

from tests.services.shop import shop_objects


def hosts_of(changes: dict[str, Any]) -> list[str]:
    """What the Sidecar of reviews opens."""
    return shop_objects(changes)["Sidecar", "reviews"]["spec"]["egress"][0]["hosts"]


def test_a_service_that_does_not_say_what_it_calls_has_no_sidecar() -> None:
    assert ("Sidecar", "reviews") not in shop_objects({}), "its proxies would lose what they need"


def test_the_targets_and_mirrors_of_a_callee_are_in_scope() -> None:
    route = {"name": "a", "match": [{"path": {"prefix": "/a"}}], "destinations": [{"service": "stock"}]}
    changes = {
        "services.reviews.calls": ["ratings"],
        "services.ratings.routes": [route],
        "services.ratings.mirrors": [{"service": "cart"}],
    }
    assert hosts_of(changes) == [
        "istio-system/*",
        "shop/cart-v1.shop.svc.cluster.local",
        "shop/cart-v2.shop.svc.cluster.local",
        "shop/cart.shop.svc.cluster.local",
        "shop/ratings.shop.svc.cluster.local",
        "stock/stock.stock.svc.cluster.local",
    ], "the route is applied by the caller's proxy, which would not know where to send requests"


def test_an_external_service_brings_its_egress_gateway() -> None:
    changes = {"services.reviews.calls": ["payments"], "externals.payments.egressGateway": "egress"}
    assert hosts_of(changes) == [
        "istio-egress/egress.istio-egress.svc.cluster.local",
        "istio-system/*",
        "shop/pay.example.com",
    ], "requests go to the gateway first"
