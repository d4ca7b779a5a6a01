"""Requests of workloads within the mesh."""

import pytest

from components.traffic.simulation.results import Outcome
from tests.traffic.simulation.meshes import REGISTRY_ONLY, SERVICES, mesh, routes, sent
from tests.traffic.simulation.stacks import answer, gateway_api, istio, reasons, stack, to


@pytest.mark.parametrize(
    ("url", "host"),
    [
        ("http://basket:8080/", "basket.shop.svc.cluster.local"),
        ("http://basket.shop:8080/", "basket.shop.svc.cluster.local"),
        ("http://pay.bank/", "pay.bank.svc.cluster.local"),
        ("http://pay.bank.svc.cluster.local/", "pay.bank.svc.cluster.local"),
    ],
)
def test_a_service_without_routes_is_reached_by_each_of_its_names(url: str, host: str) -> None:
    found = sent(url, mesh())
    assert [(one.host, one.percent) for one in found.action.destinations] == [(host, 100)]
    assert found.taken is not None
    assert (found.taken.source, found.taken.rule) == (f"Service {host}", "default")


def test_a_short_name_of_another_namespace_is_unknown() -> None:
    found = sent("http://pay/", mesh())
    assert found.action.outcome is Outcome.PASSED_THROUGH
    assert found.notes == (
        "the caller's proxy knows no 'pay' at port 80",
        "a Service of the cluster that the stack does not declare would be known",
        "outboundTrafficPolicy is ALLOW_ANY",
    )


def test_where_only_known_hosts_are_allowed_others_get_502_or_no_answer() -> None:
    there = mesh(meshConfig=REGISTRY_ONLY)
    http, other = sent("http://a.org/", there).action, sent("http://a.org:81/", there).action
    assert (http.outcome, http.answer and http.answer.status) == (Outcome.BLOCKED, 502)
    assert (other.outcome, other.answer) == (Outcome.BLOCKED, None), "no proxy looks into a port that nobody declares"
    tls = sent("https://a.org/", there).action
    assert (tls.outcome, tls.answer) == (Outcome.BLOCKED, None), "within TLS nothing can be answered"


def test_a_wrong_port_is_told_with_the_right_ones() -> None:
    found = sent("http://basket/", mesh())
    assert "basket.shop.svc.cluster.local has the ports 8080" in found.notes


def test_labels_namespace_and_gateways_of_the_caller_decide() -> None:
    there = mesh(
        routes(
            {"name": "v2", "match": [{"sourceLabels": {"app": "web", "version": "v2"}}], "route": to("basket")},
            {"name": "bank", "match": [{"sourceNamespace": "bank"}], "route": to("basket")},
            {"name": "edge", "match": [{"gateways": ["edge/web"]}], "route": to("basket")},
            {"name": "rest", "route": to("basket")},
        )
    )
    found = sent("http://basket:8080/", there)
    assert reasons(found) == [
        "v2: sourceLabels: the caller's label version is not there, and has to be 'v2'",
        "bank: sourceNamespace: the caller is in 'shop', and has to be in 'bank'",
        "edge: gateways: the request is within the mesh, and has to be at edge/web",
    ]
    labelled = sent("http://basket:8080/", there, labels={"version": "v2"})
    assert labelled.taken is not None
    assert labelled.taken.rule == "v2"
    foreign = answer("GET http://basket.shop:8080/", there, caller="bank/pay")
    assert foreign.taken is not None
    assert foreign.taken.rule == "bank"


def test_routes_that_are_for_other_callers_only_leave_the_service_as_it_is() -> None:
    there = mesh(routes({"match": [{"sourceNamespace": "bank"}], "route": to("basket")}))
    found = sent("http://basket:8080/", there)
    assert found.taken is not None
    assert found.taken.rule == "default"


def test_routes_that_are_not_exported_do_not_reach_other_namespaces() -> None:
    there = mesh(routes({"name": "own", "route": to("basket")}, exportTo=["."]))
    taken = [
        found.taken and found.taken.rule
        for found in (
            sent("http://basket:8080/", there),
            answer("GET http://basket.shop:8080/", there, caller="bank/pay"),
        )
    ]
    assert taken == ["own", "default"]


@pytest.mark.parametrize("field", ["defaultVirtualServiceExportTo", "defaultServiceExportTo"])
def test_mesh_config_says_who_gets_what_is_exported_to_nobody_in_particular(field: str) -> None:
    there = mesh(routes({"name": "own", "route": to("basket")}), meshConfig={field: ["."]})
    own, foreign = (
        answer("GET http://basket.shop:8080/", there, caller=caller).taken for caller in ("shop/web", "bank/pay")
    )
    assert own is not None
    assert own.rule == "own"
    assert foreign is None or foreign.rule == "default", "it stays in its namespace"


def test_of_two_objects_for_one_host_one_is_used_and_the_other_told() -> None:
    there = mesh(
        routes({"name": "a", "match": [{"uri": {"exact": "/a"}}], "route": to("basket")}, name="a"),
        routes({"name": "b", "route": to("basket")}, name="b"),
    )
    found = sent("http://basket:8080/", there)
    assert found.action.outcome is Outcome.NOT_FOUND, "sidecars do not merge routes, as gateways do"
    assert found.notes == (
        "VirtualService shop/b is also for basket, and is not used: within the mesh only one object routes a host, the "
        "one that was created first; here VirtualService shop/a, by its name",
    )


def test_routes_for_a_host_that_no_service_has_hold_at_port_80() -> None:
    there = mesh(routes({"name": "own", "route": to("basket")}, hosts=["made.up.org"]))
    assert sent("http://made.up.org/", there).action.destinations[0].host == "basket.shop.svc.cluster.local"
    assert sent("http://made.up.org:8080/", there).action.outcome is Outcome.PASSED_THROUGH


def test_of_wildcards_the_nearest_one_routes_a_service() -> None:
    there = mesh(
        routes({"name": "all", "route": to("web")}, hosts=["*.cluster.local"], name="a"),
        routes({"name": "shop", "route": to("basket")}, hosts=["*.shop.svc.cluster.local"], name="b"),
    )
    rules = [
        found.taken and found.taken.rule
        for found in (sent("http://basket:8080/", there), sent("http://pay.bank/", there))
    ]
    assert rules == ["shop", "all"]


def test_a_route_of_the_gateway_api_for_a_service_is_followed_at_its_port() -> None:
    backends = [{"name": "web", "port": 8080}]
    there = mesh(
        gateway_api(
            "HTTPRoute",
            "basket",
            parentRefs=[{"group": "", "kind": "Service", "name": "basket", "port": 8080}],
            rules=[
                {"name": "api", "matches": [{"path": {"value": "/api"}}], "backendRefs": backends},
                {"name": "rest", "backendRefs": backends},
            ],
        )
    )
    rules = [
        found.taken and found.taken.rule
        for found in (sent("http://basket:8080/api/x", there), sent("http://basket:8080/apis", there))
    ]
    assert rules == ["api", "rest"]


def test_connections_of_tcp_and_tls_are_followed_without_a_look_inside() -> None:
    there = mesh(
        istio(
            "ServiceEntry",
            "api",
            hosts=["api.org"],
            ports=[{"number": 443, "name": "tls", "protocol": "TLS"}],
            resolution="DNS",
        ),
        istio(
            "VirtualService",
            "api",
            hosts=["api.org"],
            tls=[{"match": [{"port": 443, "sniHosts": ["api.org"]}], "route": to("pay.bank.svc.cluster.local")}],
        ),
        istio("VirtualService", "db", "bank", hosts=["db"], tcp=[{"route": to("db2")}]),
    )
    hosts = [sent(url, there).action.destinations[0].host for url in ("https://api.org/", "http://db.bank:5432/")]
    assert hosts == ["pay.bank.svc.cluster.local", "db2.bank.svc.cluster.local"]
    plain = sent("http://db.bank:5432/", mesh())
    assert plain.action.destinations[0].host == "db.bank.svc.cluster.local", "without routes it goes where it is sent"


def test_the_sample_is_part_of_the_mesh() -> None:
    sample = {"bookinfo": {"namespace": "bookinfo", "gateway": "ingressgateway", "hosts": ["*"]}}
    found = answer("GET http://reviews:9080/", stack(samples=sample), caller="bookinfo/productpage")
    assert found.action.destinations[0].rule == "DestinationRule bookinfo/bookinfo-reviews"


def test_a_further_port_of_a_service_is_routed_by_what_it_speaks() -> None:
    ports = [{"port": 9090}, {"port": 5432, "protocol": "TCP"}]
    services = {**SERVICES, "cart": {**SERVICES["cart"], "ports": ports, "timeout": "2s"}}
    there = mesh(services=services)
    asked, passed = (sent(f"http://basket.shop:{port}/", there) for port in (9090, 5432))
    assert [one.port for one in asked.action.destinations] == [9090], "the routes of a service keep the port"
    assert asked.taken is not None, "by the VirtualService of its requests"
    assert passed.notes[0].startswith("the proxy does not look into the connection"), "which TCP has not"
