"""What `mesh up` tells to try on the lab."""

from pathlib import Path
from typing import Any

from lab.proxy import Proxy
from operations.up import first_request
from tests.support.stacks import DEMO, changed, stack_config


def running(**listeners: int) -> dict[str, Proxy]:
    """The data plane of the ingress gateway; `https=20443` is where its port 443 is on this machine."""
    ports = {{"http": 80, "https": 443}[name]: local for name, local in listeners.items()}
    return {"ingressgateway": Proxy("istio-ingress/ingressgateway", ports, {}, {}, 15000, Path("log"))}


def test_the_sample_of_a_stack_for_every_host_is_asked_by_its_local_address() -> None:
    assert first_request(DEMO, running(http=20080)) == "curl http://127.0.0.1:20080/productpage"


def test_a_stack_of_a_named_host_is_asked_for_it_by_its_first_server() -> None:
    mesh: dict[str, Any] = stack_config("prod")["istio-mesh:mesh"]
    assert first_request(mesh, running(http=20080, https=20443)) == (
        "curl --connect-to ::127.0.0.1:20443 https://shop.example.com"
    ), "plain HTTP would only say that it has moved"
    assert first_request(mesh, running(http=20080)) == "curl --connect-to ::127.0.0.1:20080 http://shop.example.com", (
        "what does not listen cannot be asked"
    )


def test_without_a_listener_there_is_nothing_to_ask() -> None:
    assert first_request(changed(DEMO, "samples", {}), running()) is None, "a command that fails helps nobody"
