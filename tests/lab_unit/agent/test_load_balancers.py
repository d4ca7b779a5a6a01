"""Addresses of LoadBalancer Services."""

import logging

import pytest

from lab.agent.load_balancers import POOL, assign_addresses
from lab.kube_api import KubeApi
from tests.lab_unit.api_server import ApiServer, Object


def balancer(server: ApiServer, name: str, address: str | None = None) -> Object:
    """A LoadBalancer Service, with an address or still without."""
    service = server.put_service(name, "10.96.0.1", type="LoadBalancer")
    if address is not None:
        service["status"] = {"loadBalancer": {"ingress": [{"ip": address}]}}
    return service


def address_of(service: Object) -> str:
    """The address that it has."""
    return service["status"]["loadBalancer"]["ingress"][0]["ip"]


def test_each_service_gets_an_address_of_its_own(server: ApiServer, api: KubeApi) -> None:
    services = [balancer(server, name) for name in ("one", "two", "three")]
    assign_addresses(api)
    assert [address_of(one) for one in services] == ["203.0.113.1", "203.0.113.2", "203.0.113.3"], "the first free ones"


def test_an_address_that_a_service_has_is_kept_and_not_given_again(server: ApiServer, api: KubeApi) -> None:
    new, old = balancer(server, "a-new"), balancer(server, "old", "203.0.113.1")
    assign_addresses(api)
    assert (address_of(old), address_of(new)) == ("203.0.113.1", "203.0.113.2")


def test_an_address_that_was_given_back_is_given_again(server: ApiServer, api: KubeApi) -> None:
    balancer(server, "kept", "203.0.113.2")
    new = balancer(server, "new")
    assign_addresses(api)
    assert address_of(new) == "203.0.113.1", "the pool does not run out by up and destroy"


def test_services_of_other_types_get_none(server: ApiServer, api: KubeApi) -> None:
    service = server.put_service("plain", "10.96.0.1", type="ClusterIP")
    assign_addresses(api)
    assert service["status"] == {}, "only a cloud's load balancer has such an address"


def test_when_all_addresses_are_given_it_is_logged_and_nothing_breaks(
    server: ApiServer, api: KubeApi, caplog: pytest.LogCaptureFixture
) -> None:
    for number, address in enumerate(POOL.hosts()):
        balancer(server, f"service-{number}", str(address))
    last = balancer(server, "last")
    with caplog.at_level(logging.WARNING):
        assign_addresses(api)
    assert last["status"] == {}, "no address is given twice"
    assert caplog.messages == ["default/last: all addresses of 203.0.113.0/24 are given"]
