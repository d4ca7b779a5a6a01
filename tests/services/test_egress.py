"""External services, and the way to them."""

from tests.services.shop import shop_objects

PLAIN = {
    "externals.payments.ports": [{"port": 80, "protocol": "HTTP"}],
    "externals.payments.tlsOrigination": {"port": 80},
}
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
    outward = found["VirtualService", "payments"]["spec"]["http"][1]
    assert outward["route"][0]["destination"]["port"] == {"number": 443}, "where TLS is spoken"
    policy = found["DestinationRule", "payments"]["spec"]["trafficPolicy"]
    assert policy == {"portLevelSettings": [{"port": {"number": 443}, "tls": TLS}]}, (
        "for the port of the gateway's route"
    )
