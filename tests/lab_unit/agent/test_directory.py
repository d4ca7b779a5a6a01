"""What the Envoys' bridges and tests ask the agent over loopback."""

from typing import cast

import pytest

from lab.agent.behaviour import Behaviour
from lab.agent.control import StandInControl
from lab.layout import LabLayout
from tests.lab_unit.agent.conftest import ask
from tests.lab_unit.agent.loopback import request
from tests.lab_unit.api_server import ApiServer


@pytest.mark.usefixtures("doors")
def test_a_pods_port_is_played_by_a_stand_in(server: ApiServer, layout: LabLayout) -> None:
    server.put_pod("reviews", ip="10.244.0.5")
    _, answer = ask(layout, "/endpoint", {"address": "10.244.0.5", "port": 9080})
    assert answer == {"port": layout.port("stand-in/uid-reviews:9080"), "sidecar": False}, "the same for the lab's life"


@pytest.mark.usefixtures("doors")
def test_an_address_without_a_pod_has_no_port(layout: LabLayout) -> None:
    assert ask(layout, "/endpoint", {"address": "10.244.9.9", "port": 80}) == (200, {"port": 0, "sidecar": False})


@pytest.mark.usefixtures("doors")
def test_the_port_behind_a_sidecar_is_that_of_the_stand_in(server: ApiServer, layout: LabLayout) -> None:
    server.put_pod("reviews", ip="10.244.0.5")
    answer = ask(layout, "/stand-in", {"address": "10.244.0.5", "port": 9080})
    assert answer == (200, {"port": layout.port("stand-in/uid-reviews:9080")}), "a sidecar must not be sent to itself"


def listener(address: str = "0.0.0.0", direction: str = "outbound") -> dict[str, object]:  # noqa: S104 - asked for
    """The bridge's question for a listener."""
    return {"proxy": "shop/cart", "direction": direction, "address": address, "port": 80}


@pytest.mark.usefixtures("doors")
def test_a_listener_of_a_proxy_keeps_its_port(layout: LabLayout) -> None:
    first = ask(layout, "/listener", listener())
    assert first == (200, {"port": layout.port("shop/cart:80")}), "the book of the lab holds it"
    assert ask(layout, "/listener", listener()) == first, "a push must not move Envoy's listener"


@pytest.mark.usefixtures("doors")
def test_listeners_with_the_same_port_are_told_apart(layout: LabLayout) -> None:
    questions = (listener(), listener("10.96.0.1"), listener("10.96.0.2"), listener(direction="inbound"))
    ports = [str(ask(layout, "/listener", question)) for question in questions]
    assert len(set(ports)) == 4, "a TCP Service has a listener at its own address, and the pod's port is another thing"
    assert ask(layout, "/listener", listener("::")) == ask(layout, "/listener", listener()), (
        "any address is any address"
    )


@pytest.mark.usefixtures("doors")
def test_no_sidecars_are_told_as_none(layout: LabLayout) -> None:
    assert ask(layout, "/sidecars", {"proxy": "shop/cart"}) == (200, {"sidecars": ""})


@pytest.mark.usefixtures("doors")
def test_a_behaviour_that_does_not_exist_is_refused_with_the_reason(layout: LabLayout) -> None:
    status, body = ask(layout, "/stand-ins/behave", {"select": {}, "behaviour": {"state": 500}})
    assert (status, body) == (
        400,
        {"error": "state 500: Extra inputs are not permitted. See 'Stand-ins' in docs/lab.md for what there is."},
    ), "a test with a slip of the pen must not pass"


@pytest.mark.usefixtures("doors")
def test_what_a_test_sets_and_reads_goes_through_the_agent(server: ApiServer, layout: LabLayout) -> None:
    server.put_pod("cart-1", ip="10.244.0.5", labels={"app": "cart", "version": "v1"})
    _, played = ask(layout, "/endpoint", {"address": "10.244.0.5", "port": 80})
    port = cast("dict[str, int]", played)["port"]
    with StandInControl(layout) as control:
        control.behave(Behaviour(status=503), service="cart", version="v1")
        assert request(port, "/buy").status_code == 503, "as it was told"
        control.behave(None, service="cart", version="v1")
        assert request(port, "/buy").status_code == 200, "told nothing, it answers"
        assert control.requests(pod="cart-1")[0]["paths"] == {"/buy": 2}, "what arrived is counted by path"
        assert (control.count(service="cart"), control.count(service="other")) == (2, 0), "by who was asked"
    assert control.requests() == [], "the next test begins anew"
