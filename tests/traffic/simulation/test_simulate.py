"""Questions that can be answered, and those that cannot."""

from typing import Any

import pytest

from components.traffic.simulation.request import RequestError
from tests.traffic.simulation.stacks import answer, routed, stack, to

TWO = {
    name: {"namespace": "istio-ingress", "servers": [{"port": 80, "protocol": "HTTP", "hosts": hosts}]}
    for name, hosts in (("one", ["a.example.com", "c.example.com"]), ("two", ["b.example.com", "c.example.com"]))
}


def test_the_gateway_that_serves_the_host_is_found() -> None:
    found = answer("GET http://b.example.com/", stack(gateways=TWO))
    assert found.way is not None
    assert found.way.proxy == "istio-ingress/two"


@pytest.mark.parametrize(
    ("request_", "options", "message"),
    [
        (
            "GET http://c.example.com/",
            {},
            "2 gateways serve 'c.example.com' at port 80: istio-ingress/one, istio-ingress/two. DNS decides which one "
            "is asked; choose it by --gateway.",
        ),
        (
            "GET http://d.example.com/",
            {},
            "no gateway serves 'd.example.com' at port 80. Choose one of istio-ingress/one, istio-ingress/two by "
            "--gateway to see what it answers.",
        ),
        (
            "GET http://a.example.com/",
            {"gateway": "istio-ingress/three"},
            "--gateway: the stack has no gateway 'istio-ingress/three'. Choose one of istio-ingress/one, "
            "istio-ingress/two.",
        ),
        (
            "GET http://a.example.com/",
            {"gateway": "istio-ingress/one", "caller": "shop/web"},
            "--gateway: a request --from a workload goes through its own proxy. Leave out one of the two.",
        ),
        (
            "GET http://a.example.com/",
            {"labels": {"app": "web"}},
            "--source-label: a request from outside the mesh has no labels. Say who sends it by --from.",
        ),
        (
            "GET http://a.example.com/",
            {"caller": "web"},
            "--from: 'web' is not NAMESPACE/SERVICE. Write for example --from shop/cart.",
        ),
        (
            "GET http://a.example.com/",
            {"caller": "shop/web"},
            "--from: the stack knows no service 'shop/web'. Choose one of istio-ingress/one, istio-ingress/two, or "
            "declare it in mesh.services.",
        ),
    ],
)
def test_a_question_that_cannot_be_answered_is_refused(request_: str, options: dict[str, Any], message: str) -> None:
    with pytest.raises(RequestError) as raised:
        answer(request_, stack(gateways=TWO), **options)
    assert str(raised.value) == message


def test_a_stack_without_gateways_is_told() -> None:
    with pytest.raises(RequestError) as raised:
        answer("GET http://a.example.com/", stack(gateways={}))
    assert str(raised.value) == "the stack has no gateways. Say by --from which service sends the request."


def test_an_expression_that_cannot_be_run_is_told_instead_of_guessed() -> None:
    there = stack(routed({"match": [{"uri": {"regex": r"/\pN+"}}], "route": to()}))
    with pytest.raises(RequestError) as raised:
        answer("GET http://shop.example.com/1", there)
    assert str(raised.value) == (
        r"the regular expression '/\pN+' is one of RE2 that cannot be run here, so what it decides is unknown. Try a "
        "request for which it need not be compared."
    )
