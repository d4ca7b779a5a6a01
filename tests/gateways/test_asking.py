"""The command by which people ask a gateway."""

import pytest

from components.gateways.asking import asking


@pytest.mark.parametrize(
    ("url", "hosts", "command"),
    [
        ("http://203.0.113.7", ["*"], "curl http://203.0.113.7"),
        ("http://203.0.113.7", ["*.example.com"], "curl http://203.0.113.7"),
        (
            "https://203.0.113.7",
            ["shop.example.com"],
            "curl --connect-to ::203.0.113.7:443 https://shop.example.com",
        ),
        (
            "http://lb.example.com",
            ["*.example.com", "shop.example.com"],
            "curl --connect-to ::lb.example.com:80 http://shop.example.com",
        ),
        (
            "https://[2001:db8::7]:8443",
            ["shop.example.com"],
            "curl --connect-to ::[2001:db8::7]:8443 https://shop.example.com",
        ),
    ],
)
def test_a_gateway_is_asked_for_a_host_that_it_serves_at_its_own_address(
    url: str, hosts: list[str], command: str
) -> None:
    assert asking(url, hosts) == command, "a name that DNS does not know yet would lead nowhere, an address to no host"
