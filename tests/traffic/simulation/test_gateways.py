"""Requests from outside: which server, which virtual host, which route."""

from typing import Any

import pytest

from components.traffic.simulation.results import Outcome
from tests.traffic.simulation.stacks import GATEWAY, answer, istio, reasons, routed, stack, to


def opened(name: str, *servers: dict[str, Any]) -> dict[str, Any]:
    """A further Gateway for the pods of the demo gateway."""
    return istio("Gateway", name, "istio-ingress", selector={"istio": "ingressgateway"}, servers=[*servers])


def test_the_first_rule_that_is_for_a_request_takes_it_and_the_others_say_why_not() -> None:
    there = stack(
        routed(
            {"name": "canary", "match": [{"headers": {"x-canary": {"exact": "true"}}}], "route": to()},
            {"name": "api", "match": [{"uri": {"exact": "/a"}}, {"uri": {"prefix": "/api"}}], "route": to()},
            {"route": to()},
        )
    )
    found = answer("GET http://shop.example.com/api/x", there)
    assert found.taken is not None
    assert (found.taken.source, found.taken.rule, found.taken.match) == ("VirtualService shop/web", "api", 1)
    assert found.taken.path == "mesh.resources[0].spec.http[1]", "the user has to find it"
    assert reasons(found) == [
        "canary: header x-canary: not sent, and has to be 'true'",
        "api: uri: '/api/x' is not '/a'",
    ]
    assert found.way is not None
    assert (found.way.proxy, found.way.gateway, found.way.server, found.way.domain) == (
        GATEWAY,
        "Gateway istio-ingress/ingressgateway",
        "80 HTTP *",
        "shop.example.com",
    )
    unnamed = answer("GET http://shop.example.com/", there)
    assert unnamed.taken is not None
    assert unnamed.taken.rule == "http[2]", "a rule without a name is told by its position"


def test_a_host_without_routes_is_not_found_and_those_with_routes_are_told() -> None:
    found = answer("GET http://other.example.com/", stack(routed({"route": to()})))
    assert (found.action.outcome, found.action.answer and found.action.answer.status) == (Outcome.NOT_FOUND, 404)
    assert found.notes == (
        "no route is for the host 'other.example.com'; those with routes at this port: shop.example.com",
    )


def test_envoy_does_not_look_in_a_wider_host_for_what_the_nearer_one_has_not() -> None:
    there = stack(
        routed({"match": [{"uri": {"exact": "/a"}}], "route": to()}),
        routed({"route": to()}, name="all", hosts=["*.example.com"]),
    )
    assert answer("GET http://shop.example.com/b", there).action.outcome is Outcome.NOT_FOUND
    assert answer("GET http://b.example.com/b", there).action.outcome is Outcome.FORWARDED


def test_a_route_for_everything_goes_behind_those_of_other_objects_and_the_order_of_these_is_told() -> None:
    there = stack(
        routed({"name": "all", "route": to()}, name="a"),
        routed({"name": "api", "match": [{"uri": {"prefix": "/api"}}], "route": to()}, name="b"),
    )
    found = answer("GET http://shop.example.com/api", there)
    assert found.taken is not None
    assert found.taken.rule == "api", "istiod sorts routes for every request to the end"
    assert found.notes[0] == (
        "VirtualService shop/a and VirtualService shop/b all have routes for shop.example.com: istiod tries the object "
        "that was created first, which nobody knows before; here they are in the order of their names"
    )


def test_routes_of_another_namespace_or_gateway_are_not_given_to_the_proxy() -> None:
    there = stack(
        routed({"route": to()}, name="private", exportTo=["."]),
        routed({"route": to()}, name="elsewhere", gateways=["istio-ingress/other", "mesh"]),
    )
    assert answer("GET http://shop.example.com/", there).action.outcome is Outcome.NOT_FOUND


def test_https_redirect_comes_before_all_routes() -> None:
    redirecting = {
        "port": {"number": 80, "name": "http-redirect", "protocol": "HTTP"},
        "hosts": ["shop.example.com"],
        "tls": {"httpsRedirect": True},
    }
    there = stack(opened("redirect", redirecting), routed({"route": to()}))
    found = answer("GET http://shop.example.com/a?b=1", there)
    assert found.action.outcome is Outcome.REDIRECTED
    assert found.action.answer is not None
    assert (found.action.answer.status, found.action.answer.location) == (301, "https://shop.example.com/a?b=1")


TLS = opened(
    "tls",
    {
        "port": {"number": 443, "name": "https-one", "protocol": "HTTPS"},
        "hosts": ["shop.example.com"],
        "tls": {"mode": "SIMPLE", "credentialName": "one"},
    },
    {
        "port": {"number": 443, "name": "tls-rest", "protocol": "TLS"},
        "hosts": ["*.example.com"],
        "tls": {"mode": "PASSTHROUGH"},
    },
)
PASSED = istio(
    "VirtualService",
    "raw",
    hosts=["raw.example.com"],
    gateways=["istio-ingress/tls"],
    tls=[{"match": [{"port": 443, "sniHosts": ["raw.example.com"]}], "route": to("raw.shop.svc.cluster.local")}],
)
WITH_443 = {
    "ingressgateway": {
        "namespace": "istio-ingress",
        "service": {"ports": [{"name": "http2", "port": 80}, {"name": "https", "port": 443}]},
        "servers": [{"port": 80, "protocol": "HTTP", "hosts": ["*"]}],
    }
}


def test_the_server_name_chooses_the_server_of_tls() -> None:
    there = stack(TLS, PASSED, routed({"route": to()}, gateways=["istio-ingress/tls"]), gateways=WITH_443)
    ended = answer("GET https://shop.example.com/", there)
    assert ended.way is not None
    assert (ended.way.server, ended.taken and ended.taken.rule) == ("443 HTTPS shop.example.com", "http[0]")
    passed = answer("GET https://raw.example.com/", there)
    assert passed.action.destinations[0].host == "raw.shop.svc.cluster.local"
    assert passed.notes == (
        "the proxy does not look into the connection: method, path and headers of the request decide nothing",
    )


def test_the_path_of_a_request_within_tls_that_passes_through_stays_as_it_was_sent() -> None:
    there = stack(TLS, PASSED, routed({"route": to()}, gateways=["istio-ingress/tls"]), gateways=WITH_443)
    paths = [answer(f"GET https://{host}.example.com/a/../b", there).request.path for host in ("shop", "raw")]
    assert paths == ["/b", "/a/../b"], "only a gateway that ends TLS makes paths uniform"


@pytest.mark.parametrize(
    ("request_", "note"),
    [
        (
            "GET https://nobody.org/",
            "no server with TLS is for 'nobody.org'; there are shop.example.com, *.example.com",
        ),
        ("GET http://shop.example.com:443/", "port 443 of istio-ingress/ingressgateway speaks TLS only"),
        ("GET https://shop.example.com:80/", "port 80 of istio-ingress/ingressgateway speaks no TLS"),
        (
            "GET http://shop.example.com:81/",
            "the Service istio-ingress/ingressgateway has no port 81, only 80, 443",
        ),
    ],
)
def test_a_request_without_a_connection_is_told_why(request_: str, note: str) -> None:
    found = answer(request_, stack(TLS, gateways=WITH_443))
    assert (found.action.outcome, found.notes) == (Outcome.REFUSED, (note,))


def test_a_port_of_the_service_that_no_server_opens_refuses() -> None:
    found = answer("GET https://shop.example.com/", stack(gateways=WITH_443))
    assert found.notes == ("no server of a Gateway opens port 443 of istio-ingress/ingressgateway",)


@pytest.mark.parametrize("number", [80, 8080])
def test_a_server_names_the_port_of_the_service_or_that_of_the_pods(number: int) -> None:
    own = WITH_443["ingressgateway"] | {
        "service": {"ports": [{"name": "http2", "port": 80, "targetPort": 8080}]},
        "servers": [{"port": 8080, "protocol": "HTTP", "hosts": ["nobody.org"]}],
    }
    server = {"port": {"number": number, "name": "http-own", "protocol": "HTTP"}, "hosts": ["*"]}
    there = stack(
        opened("own", server),
        routed({"match": [{"port": number}], "route": to()}, gateways=["istio-ingress/own"]),
        gateways={"ingressgateway": own},
    )
    found = answer("GET http://shop.example.com/", there)
    assert found.action.outcome is Outcome.FORWARDED, "a match on the port is about that of the server"


def test_a_redirect_within_tls_does_not_name_the_usual_port() -> None:
    rule = {"redirect": {"port": 443, "uri": "/new"}}
    there = stack(TLS, routed(rule, gateways=["istio-ingress/tls"]), gateways=WITH_443)
    found = answer("GET https://shop.example.com/", there).action.answer
    assert found is not None
    assert found.location == "https://shop.example.com/new"


def test_of_routes_for_server_names_the_nearest_one_is_taken_in_any_order() -> None:
    hosts = {"*.example.com": "wide", "raw.example.com": "near"}
    routes = [
        {"match": [{"sniHosts": [host]}], "route": to(f"{name}.shop.svc.cluster.local")} for host, name in hosts.items()
    ]
    there = [
        stack(
            TLS,
            istio("VirtualService", "raw", hosts=list(hosts), gateways=["istio-ingress/tls"], tls=order),
            gateways=WITH_443,
        )
        for order in (routes, routes[::-1])
    ]
    found = [answer("GET https://raw.example.com/", one).action.destinations[0].host for one in there]
    assert found == ["near.shop.svc.cluster.local"] * 2
