"""Which sidecars and gateways count as running."""

import pytest

from lab.agent.sidecars import Sidecars
from lab.kube_api import Object
from lab.layout import LabLayout
from lab.processes import records, start, stop
from lab.readiness import answers, wait_until
from tests.lab_unit.programs import WAIT, answering_part

NOTES = {"proxy": "shop/cart", "pod": "cart-1", "kind": "sidecar"}


def pod(name: str, namespace: str = "shop") -> Object:
    """As the API server tells a pod."""
    return {"metadata": {"name": name, "namespace": namespace}}


@pytest.fixture
def cart(layout: LabLayout) -> int:
    """A sidecar of shop/cart that is ready; the loopback port at which it plays the pod's port 80."""
    part = answering_part(layout, "envoy-shop.cart")
    port = part.ports["http"]
    start(layout, part.name, part.command, ports={"admin": port}, notes=NOTES)
    assert wait_until(lambda: answers(f"http://127.0.0.1:{port}/ready"), 20), "it starts"
    return layout.port("shop/cart/inbound:80")


def looked(layout: LabLayout) -> Sidecars:
    """The sidecars as they are now."""
    sidecars = Sidecars(layout)
    sidecars.reconcile()
    return sidecars


def test_a_pod_with_a_running_sidecar_is_reached_through_it(layout: LabLayout, cart: int) -> None:
    sidecars = looked(layout)
    assert sidecars.port(pod("cart-1"), 80) == cart, "mutual TLS ends there"
    assert sidecars.port(pod("cart-1"), 81) is None, "a port that no Service has has no listener in the sidecar"
    assert sidecars.port(pod("cart-1", "other"), 80) is None, "a name is a name of its namespace"
    assert sidecars.port(pod("cart-2"), 80) is None, "a pod that took over the address has no sidecar"


@pytest.mark.usefixtures("cart")
def test_the_other_proxies_are_told_of_a_sidecar(layout: LabLayout) -> None:
    sidecars = looked(layout)
    assert sidecars.others("shop/checkout") == "shop/cart-1", "they have to send elsewhere now"
    assert sidecars.others("shop/cart") == "", "its own coming is no news to itself"


@pytest.mark.usefixtures("cart")
def test_sidecars_that_come_together_are_told_together(layout: LabLayout) -> None:
    coming = start(layout, "envoy-shop.late", WAIT, ports={"admin": layout.port("nobody")}, notes=NOTES)
    sidecars = looked(layout)
    assert sidecars.others("shop/checkout") == "", "each telling has every Envoy get everything anew"
    stop(layout, [coming], grace_seconds=0)
    sidecars.reconcile()
    assert sidecars.others("shop/checkout") == "shop/cart-1", "nobody else is coming any more"


@pytest.mark.usefixtures("cart")
def test_a_sidecar_that_does_not_come_up_holds_nothing_back_for_long(
    layout: LabLayout, monkeypatch: pytest.MonkeyPatch
) -> None:
    start(layout, "envoy-shop.late", WAIT, ports={"admin": layout.port("nobody")}, notes=NOTES)
    monkeypatch.setattr("lab.agent.sidecars.PATIENCE_SECONDS", 0.0)
    assert looked(layout).others("shop/checkout") == "shop/cart-1", "the others work"


@pytest.mark.usefixtures("cart")
def test_a_sidecar_that_ended_is_gone(layout: LabLayout) -> None:
    sidecars = looked(layout)
    stop(layout, [records(layout)["envoy-shop.cart"]], grace_seconds=0)
    sidecars.reconcile()
    assert sidecars.port(pod("cart-1"), 80) is None, "requests go to the stand-in again"


def test_a_sidecar_whose_envoy_is_not_ready_is_not_used_yet(layout: LabLayout) -> None:
    start(layout, "envoy-shop.cart", WAIT, ports={"admin": layout.port("nobody")}, notes=NOTES)
    assert looked(layout).others("shop/checkout") == "", "its ports are not open"


def test_the_pod_of_a_running_gateway_is_reached_at_its_listeners(layout: LabLayout) -> None:
    part, notes = answering_part(layout, "envoy-ingress.gateway"), {"proxy": "ingress/gateway", "pod": "gateway-1"}
    start(layout, part.name, part.command, ports={"admin": part.ports["http"]}, notes={**notes, "kind": "gateway"})
    assert wait_until(lambda: answers(f"http://127.0.0.1:{part.ports['http']}/ready"), 20), "it starts"
    listener = layout.port("ingress/gateway:443")
    gateways = looked(layout)
    assert gateways.port(pod("gateway-1", "ingress"), 443) == listener, "a way out through it leads there"
    assert gateways.others("shop/checkout") == "ingress/gateway-1", "they have to send elsewhere now"
