"""How services are reached through gateways."""

from typing import Any

from components.platform.manifest import Manifest
from components.services.exposure import ExposedHosts
from tests.services.shop import shop_objects

HOST = "shop.example.com"


def exposed(*paths: dict[str, str], hosts: list[str] | None = None) -> list[dict[str, Any]]:
    """The exposure of a service at these paths."""
    return [{"gateway": "ingressgateway", "hosts": hosts or [HOST], **({"paths": list(paths)} if paths else {})}]


def routed(changes: dict[str, Any], name: str = "ingressgateway-shop.example.com") -> Manifest:
    """The VirtualService of a gateway's host."""
    return shop_objects(changes)["VirtualService", name]


def test_a_host_is_routed_beside_its_gateway() -> None:
    found = routed({"services.reviews.exposure": exposed()})
    assert found["metadata"]["namespace"] == "istio-ingress", "services of several namespaces may share the host"
    destination = {"host": "reviews.shop.svc.cluster.local", "port": {"number": 9080}}
    assert found["spec"] == {
        "hosts": [HOST],
        "gateways": ["istio-ingress/ingressgateway"],
        "http": [{"name": "default", "route": [{"destination": destination}]}],
    }, "the gateway's port is not that of the service"


def test_services_that_share_a_host_are_tried_by_the_most_specific_path() -> None:
    found = routed(
        {
            "services.ratings.exposure": exposed(),
            "services.reviews.exposure": exposed({"prefix": "/api"}, {"exact": "/health"}),
            "services.stock.exposure": exposed({"prefix": "/api/stock"}),
        }
    )
    assert [one["name"] for one in found["spec"]["http"]] == [
        "reviews-default",
        "stock-default",
        "reviews-default",
        "ratings-default",
    ], "a wider path would take the requests of a narrower one"
    assert [one.get("match") for one in found["spec"]["http"]] == [
        [{"uri": {"exact": "/health"}}],
        [{"uri": {"exact": "/api/stock"}}, {"uri": {"prefix": "/api/stock/"}}],
        [{"uri": {"exact": "/api"}}, {"uri": {"prefix": "/api/"}}],
        None,
    ], "each within its own part of the host"


def test_a_route_is_confined_to_the_paths_of_its_service() -> None:
    match = [{"path": {"prefix": "/api/v2"}}, {"path": {"prefix": "/other"}}, {"method": "POST"}]
    found = routed(
        {
            "services.reviews.routes": [{"name": "new", "match": match, "version": "v2"}],
            "services.reviews.exposure": exposed({"prefix": "/api"}),
        }
    )
    post = {"method": {"exact": "POST"}}
    assert found["spec"]["http"][0]["match"] == [
        {"uri": {"exact": "/api/v2"}},
        {"uri": {"prefix": "/api/v2/"}},
        {"uri": {"exact": "/api"}} | post,
        {"uri": {"prefix": "/api/"}} | post,
    ], "'/other' is not its own, and nor is a POST elsewhere"


def test_a_route_for_callers_of_the_mesh_is_not_at_the_gateway() -> None:
    match = [{"sourceLabels": {"app": "web"}}]
    found = routed(
        {
            "services.reviews.routes": [{"name": "inside", "match": match, "version": "v2"}],
            "services.reviews.exposure": exposed(),
        }
    )
    assert [one["name"] for one in found["spec"]["http"]] == ["default"], "no caller there has labels"


def test_hosts_that_are_shared_in_the_same_way_have_one_virtual_service() -> None:
    hosts = [HOST, "www.shop.example.com"]
    found = shop_objects({"services.reviews.exposure": exposed(hosts=hosts)})
    names = [name for kind, name in found if kind == "VirtualService"]
    assert names == ["ingressgateway-shop.example.com"], "as few objects as the meaning allows"
    assert found["VirtualService", names[0]]["spec"]["hosts"] == hosts, "for both hosts"


def test_another_service_on_the_host_does_not_change_the_name() -> None:
    alone = shop_objects({"services.reviews.exposure": exposed({"prefix": "/api"})})
    beside = shop_objects(
        {"services.reviews.exposure": exposed({"prefix": "/api"}), "services.ratings.exposure": exposed()}
    )
    names = [[name for kind, name in found if kind == "VirtualService"] for found in (alone, beside)]
    assert names[0] == names[1], "another name is another object, and a moment without routes between the two"


def test_hosts_that_look_alike_have_names_of_their_own() -> None:
    hosts = ("my-shop.example.com", "my.shop.example.com", "*.example.com", "any.example.com", "*")
    names = [ExposedHosts(gateway="ingressgateway", hosts=(host,), shares=()).name for host in hosts]
    assert len({*names}) == len(hosts), f"two objects of one name would overwrite each other: {names}"


def test_the_name_of_a_long_host_is_short_and_still_its_own() -> None:
    names = {
        ExposedHosts(gateway="ingressgateway", hosts=(f"{'long' * 15}{end}.example.com",), shares=()).name
        for end in ("a", "b")
    }
    assert len(names) == 2, "two objects of one name would overwrite each other"
    assert max(map(len, names)) <= 63, "the name ends up in labels"


def test_tls_that_is_passed_on_is_routed_by_its_host() -> None:
    vault = {"namespace": "shop", "port": 8200, "protocol": "TLS", "exposure": exposed(hosts=["vault.example.com"])}
    found = routed({"services.vault": vault}, "ingressgateway-vault.example.com")
    destination = {"host": "vault.shop.svc.cluster.local", "port": {"number": 8200}}
    assert found["spec"]["tls"] == [
        {"match": [{"sniHosts": ["vault.example.com"]}], "route": [{"destination": destination}]}
    ], "nothing but the name in the handshake can be seen"


def test_requests_and_tls_that_is_passed_on_share_a_host() -> None:
    hosts = ["vault.example.com"]
    servers = [
        {"port": 80, "protocol": "HTTP", "hosts": hosts},
        {"port": 8443, "protocol": "TLS", "hosts": hosts, "tls": {"mode": "PASSTHROUGH"}},
    ]
    vault = {"namespace": "shop", "port": 8200, "protocol": "TLS", "exposure": exposed(hosts=hosts)}
    changes = {
        "gateways.ingressgateway.servers": servers,
        "services.vault": vault,
        "services.reviews.exposure": exposed(hosts=hosts),
    }
    spec = routed(changes, "ingressgateway-vault.example.com")["spec"]
    found = {kind: spec[kind][0]["route"][0]["destination"]["host"] for kind in ("http", "tls")}
    assert found == {"http": "reviews.shop.svc.cluster.local", "tls": "vault.shop.svc.cluster.local"}, (
        "each arrives at a server of its own"
    )


def test_tcp_is_routed_without_a_condition() -> None:
    servers = [{"port": 5432, "protocol": "TCP", "hosts": ["*"]}]
    changes = {
        "gateways.ingressgateway.servers": servers,
        "services.database.exposure": exposed(hosts=["*"]),
    }
    found = routed(changes, "ingressgateway-any")
    destination = {"host": "database.shop.svc.cluster.local", "port": {"number": 5432}}
    assert found["spec"]["tcp"] == [{"route": [{"destination": destination}]}], "TCP has neither host nor path"
