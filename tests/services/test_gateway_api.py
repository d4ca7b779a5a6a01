"""What services with `api: gateway` make beside their routes."""

from tests.services.shop import shop_objects


def test_a_version_has_a_service_that_selects_its_pods() -> None:
    assert shop_objects({})["Service", "cart-v2"]["spec"] == {
        "selector": {"app": "cart", "version": "v2"},
        "ports": [{"name": "http", "port": 8080}],
    }, "an HTTPRoute tells versions apart by Services"


def test_a_route_to_another_namespace_is_given_leave_there() -> None:
    route = {"name": "a", "match": [{"path": {"prefix": "/a"}}], "destinations": [{"service": "stock"}]}
    grant = shop_objects({"services.cart.routes": [route]})["ReferenceGrant", "shop-cart"]
    assert grant["metadata"]["namespace"] == "stock", "leave is given where the Service is"
    assert grant["spec"]["to"] == [{"group": "", "kind": "Service", "name": "stock"}], "for this Service alone"


def test_an_exposure_is_attached_to_its_gateway() -> None:
    found = shop_objects({"services.cart.exposure": [{"gateway": "public", "hosts": ["api.example.com"]}]})
    spec = found["HTTPRoute", "cart-public-api.example.com"]["spec"]
    assert spec["parentRefs"] == [{"name": "public", "namespace": "istio-ingress"}], "a route without parents is unused"
    assert spec["hostnames"] == ["api.example.com"], "other hosts of the gateway are not this service's"
