"""Services with several ports."""

from typing import Any

from components.services.ports import http_pod_ports, port_of, ports_of
from components.services.settings import ServiceSettings
from tests.services.shop import shop_objects

POOL = {"connectionPool": {"tcp": {"maxConnections": 10}}}
RANDOM = {"loadBalancer": {"simple": "RANDOM"}}


def exposed(port: int, host: str, **more: Any) -> dict[str, Any]:
    """An exposure of one port."""
    return {"gateway": "ingressgateway", "hosts": [host], "port": port, **more}


def made(*exposures: dict[str, Any], **changes: Any) -> dict[tuple[str, str], Any]:
    """What the shop comes to with three ports of reviews, of which these are exposed."""
    own = {"ports": [{"port": 9090}, {"port": 9443, "protocol": "TLS"}], "exposure": list(exposures), **changes}
    return shop_objects({f"services.reviews.{key}": value for key, value in own.items()})


def destinations(route: dict[str, Any]) -> list[dict[str, Any]]:
    """Where a route leads."""
    return [one["destination"] for one in route["route"]]


def test_a_gateway_leads_to_the_port_that_is_exposed() -> None:
    found = made(exposed(9090, "shop.example.com"), weights={"v1": 50, "v2": 50})
    (route,) = found["VirtualService", "ingressgateway-shop.example.com"]["spec"]["http"]
    assert [one["port"] for one in destinations(route)] == [{"number": 9090}] * 2, "for every version"


def test_two_ports_of_a_service_share_a_host_by_path() -> None:
    rest = {"gateway": "ingressgateway", "hosts": ["shop.example.com"]}
    found = made(exposed(9090, "shop.example.com", paths=[{"prefix": "/metrics"}]), rest)
    routes = found["VirtualService", "ingressgateway-shop.example.com"]["spec"]["http"]
    ports = [one["port"]["number"] for route in routes for one in destinations(route)]
    assert ports == [9090, 9080], "the narrower path comes first, each at its own port"


def test_a_port_of_tls_is_passed_on_by_its_host() -> None:
    found = made(exposed(9443, "vault.example.com"))
    spec = found["VirtualService", "ingressgateway-vault.example.com"]["spec"]
    (route,) = spec["tls"]
    assert (route["match"], destinations(route)[0]["port"]) == (
        [{"sniHosts": ["vault.example.com"]}],
        {"number": 9443},
    ), "what is spoken on a port decides, not on the first one"
    assert "http" not in spec, "nobody could tell requests apart"


def test_a_mirror_gets_requests_at_the_port_of_the_exposure() -> None:
    found = made(exposed(9090, "shop.example.com"), mirrors=[{"version": "v2"}])
    (route,) = found["VirtualService", "ingressgateway-shop.example.com"]["spec"]["http"]
    assert route["mirrors"][0]["destination"]["port"] == {"number": 9090}, "another port may speak something else"


def test_within_the_mesh_requests_keep_their_port() -> None:
    found = made(timeout="2s")
    (route,) = found["VirtualService", "reviews"]["spec"]["http"]
    assert "port" not in destinations(route)[0], "the routes are those of every port that speaks HTTP"


def test_a_policy_of_a_port_keeps_what_its_service_says_otherwise() -> None:
    found = made(trafficPolicy=RANDOM, ports=[{"port": 9090, "trafficPolicy": POOL}])
    policy = found["DestinationRule", "reviews"]["spec"]["trafficPolicy"]
    assert policy == RANDOM | {"portLevelSettings": [{"port": {"number": 9090}, **RANDOM, **POOL}]}, (
        "Istio takes nothing from the service's policy for a port with one of its own"
    )


def test_policies_of_ports_stand_beside_those_in_istios_own_words() -> None:
    given = {"portLevelSettings": [{"port": {"number": 9080}, **POOL}]}
    found = made(trafficPolicy=given, ports=[{"port": 9090, "trafficPolicy": POOL}])
    levels = found["DestinationRule", "reviews"]["spec"]["trafficPolicy"]["portLevelSettings"]
    assert [one["port"]["number"] for one in levels] == [9080, 9090], "neither takes the place of the other"


def test_the_first_port_is_the_one_to_which_others_lead() -> None:
    written = {
        "namespace": "shop",
        "port": 80,
        "ports": [{"port": 90, "targetPort": 9}, {"port": 5432, "protocol": "TCP"}],
    }
    service = ServiceSettings.model_validate(written, strict=False)
    assert [one.port for one in ports_of(service)] == [80, 90, 5432], "in the order in which they are written"
    assert port_of(service, None).port == 80, "where nothing else is said"
    assert http_pod_ports(service) == [80, 9], "rules about requests are for the ports of the pods"
