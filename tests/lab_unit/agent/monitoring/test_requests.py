"""The labels of Istio's metrics, from what an Envoy wrote of a request."""

from typing import Any

import pytest

from lab.agent.monitoring.requests import Workload, labels
from tests.lab_unit.agent.monitoring.lines import GATEWAY_PRINCIPAL, ORDERS_PRINCIPAL, line

GATEWAY = Workload.of_pod("gateway", "in", {"app": "gateway"})
ORDERS = Workload.of_pod("orders-v2", "shop", {"app": "orders", "version": "v2"})
SERVICE = {
    "destination_service": "orders.shop.svc.cluster.local",
    "destination_service_name": "orders",
    "destination_service_namespace": "shop",
    "request_protocol": "http",
    "response_code": "200",
    "grpc_response_status": "",
    "response_flags": "-",
}


def side(
    name: str, workload: str, namespace: str, app: str, version: str, revision: str, principal: str
) -> dict[str, str]:
    """The labels of one side, of a workload whose canonical service is its app."""
    return {
        f"{name}_workload": workload,
        f"{name}_workload_namespace": namespace,
        f"{name}_principal": principal,
        f"{name}_app": app,
        f"{name}_version": version,
        f"{name}_canonical_service": app,
        f"{name}_canonical_revision": revision,
        f"{name}_cluster": "Kubernetes",
    }


OF_GATEWAY = side("source", "gateway", "in", "gateway", "unknown", "latest", GATEWAY_PRINCIPAL)
OF_ORDERS = side("destination", "orders-v2", "shop", "orders", "v2", "v2", ORDERS_PRINCIPAL)


def test_the_source_tells_of_itself_and_of_the_endpoint_that_it_chose():
    assert labels(line("source"), GATEWAY, None) == {
        "reporter": "source",
        **OF_GATEWAY,
        **OF_ORDERS,
        **SERVICE,
        "connection_security_policy": "unknown",  # Only a destination knows; so says Istio's reference.
    }


def test_the_destination_tells_who_came_by_mutual_tls():
    assert labels(line("destination"), ORDERS, GATEWAY) == {
        "reporter": "destination",
        **OF_GATEWAY,
        **OF_ORDERS,
        **SERVICE,
        "connection_security_policy": "mutual_tls",
    }


def test_a_client_without_a_sidecar_is_unknown_and_came_in_plain_text():
    found = labels(line("destination", peer_principal=None), ORDERS, None)
    assert {found[f"source_{name}"] for name in ("workload", "app", "principal", "cluster")} == {"unknown"}
    assert found["connection_security_policy"] == "none", "the alert on plain text rests on it"


@pytest.mark.parametrize(
    ("fields", "expected"),
    [
        ({"flags": "UO", "code": 503}, {"response_flags": "UO", "response_code": "503"}),
        ({"code": 0, "flags": "DC"}, {"response_code": "0"}),
        (
            {"content_type": "application/grpc+proto", "grpc_status": 14},
            {"request_protocol": "grpc", "grpc_response_status": "14", "response_code": "200"},
        ),
        (
            {"content_type": "application/json", "grpc_status": 2},
            {"request_protocol": "http", "grpc_response_status": ""},
        ),
        (
            {"services": None, "cluster": "PassthroughCluster", "authority": "api.example.com"},
            {
                "destination_service": "api.example.com",
                "destination_service_name": "PassthroughCluster",
                "destination_service_namespace": "unknown",
            },
        ),
        ({"services": None, "cluster": None}, {"destination_service_name": "orders.example.com"}),
        (
            {"upstream_workload": None, "upstream_peer": None},
            {"destination_workload": "unknown", "destination_app": "unknown"},
        ),
    ],
    ids=["refused by a breaker", "client left", "gRPC", "no gRPC", "outside", "no route", "no endpoint"],
)
def test_what_went_wrong_is_told_in_istios_words(fields: dict[str, Any], expected: dict[str, str]):
    found = labels(line("source", **fields), GATEWAY, None)
    assert {key: found[key] for key in expected} == expected


def test_services_that_envoy_writes_as_text_are_read():
    found = labels(line("source", services='[{"host": "a.b", "name": "a", "namespace": "b"}]'), GATEWAY, None)
    assert found["destination_service"] == "a.b"
