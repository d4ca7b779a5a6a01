"""External services, and the way to them."""

from tests.services.shop import shop_objects

PLAIN = {
    "externals.payments.ports": [{"port": 80, "protocol": "HTTP"}],
    "externals.payments.tlsOrigination": {"port": 80},
}
BOTH = {**PLAIN, "externals.payments.ports": [{"port": 80, "protocol": "HTTP"}, {"port": 443, "protocol": "TLS"}]}
TLS = {
    "mode": "SIMPLE",
    "caCertificates": "system",
    "sni": "pay.example.com",
    "subjectAltNames": ["pay.example.com"],
}


def test_an_external_service_is_known_to_the_mesh() -> None:
    assert shop_objects({})["ServiceEntry", "payments"]["spec"] == {
        "hosts": ["pay.example.com"],
        "location": "MESH_EXTERNAL",
        "ports": [{"number": 443, "name": "tls-443", "protocol": "TLS"}],
        "resolution": "DNS",
    }, "otherwise REGISTRY_ONLY would refuse it"


def test_tls_is_begun_by_the_sidecar_and_verified() -> None:
    found = shop_objects(PLAIN)
    assert found["ServiceEntry", "payments"]["spec"]["ports"][0]["targetPort"] == 443, "there TLS is spoken"
    policy = found["DestinationRule", "payments"]["spec"]["trafficPolicy"]
    assert policy == {"portLevelSettings": [{"port": {"number": 80}, "tls": TLS}]}, "any certificate would do (IST0128)"


def test_tls_passes_through_an_egress_gateway_by_its_name() -> None:
    found = shop_objects({"externals.payments.egressGateway": "egress"})
    (server,) = found["Gateway", "egress-payments"]["spec"]["servers"]
    assert server["tls"] == {"mode": "PASSTHROUGH"}, "the gateway has no certificate of the other side"
    inward, outward = found["VirtualService", "payments"]["spec"]["tls"]
    assert inward["route"][0]["destination"]["host"] == "egress.istio-egress.svc.cluster.local", "first to the gateway"
    assert outward["route"][0]["destination"]["host"] == "pay.example.com", "then outside"


def test_tls_is_begun_by_the_egress_gateway() -> None:
    found = shop_objects({**PLAIN, "externals.payments.egressGateway": "egress"})
    (server,) = found["Gateway", "egress-payments"]["spec"]["servers"]
    assert server["tls"] == {"mode": "ISTIO_MUTUAL"}, "within the mesh nothing is plain text"
    outward = found["VirtualService", "payments"]["spec"]["http"][1]["route"][0]["destination"]
    assert outward == {"host": "pay.example.com", "port": {"number": 443}, "subset": "tls-origination"}
    rule = found["DestinationRule", "payments"]["spec"]
    assert rule["subsets"] == [{"name": "tls-origination", "trafficPolicy": {"tls": TLS}}], "for that route alone"


def test_http_and_tls_of_one_host_arrive_at_ports_of_their_own() -> None:
    found = shop_objects({**BOTH, "externals.payments.egressGateway": "egress"})
    servers = found["Gateway", "egress-payments"]["spec"]["servers"]
    arrive = {one["port"]["number"]: one["tls"]["mode"] for one in servers}
    assert arrive == {80: "ISTIO_MUTUAL", 443: "PASSTHROUGH"}, "on one port both would have the host's name"
    (subset,) = found["DestinationRule", "egress"]["spec"]["subsets"]
    mutual = [one["port"]["number"] for one in subset["trafficPolicy"]["portLevelSettings"]]
    assert mutual == [80], "sidecars send what is encrypted already as it is"


def test_no_tls_is_begun_around_tls_that_passes_through() -> None:
    found = shop_objects({**BOTH, "externals.payments.egressGateway": "egress"})
    routes = found["VirtualService", "payments"]["spec"]
    begun, passed = (routes[kind][1]["route"][0]["destination"] for kind in ("http", "tls"))
    assert begun["port"] == passed["port"] == {"number": 443}, "both go to the same port outside"
    assert "subset" not in passed, "the other side would be greeted twice"
    assert "trafficPolicy" not in found["DestinationRule", "payments"]["spec"], "it would hold for what passes through"


def test_a_port_whose_tls_the_sidecar_begins_keeps_the_pools_of_its_host() -> None:
    pool = {"tcp": {"maxConnections": 10}}
    found = shop_objects({**PLAIN, "externals.payments.trafficPolicy": {"connectionPool": pool}})
    (port,) = found["DestinationRule", "payments"]["spec"]["trafficPolicy"]["portLevelSettings"]
    assert port["connectionPool"] == pool, "a port with settings of its own takes none from its host"
