"""What `mesh lab envoy` prints."""

from pathlib import Path

from lab.proxy import Proxy
from operations.lab.envoy import local_url, sidecar_lines


def proxy(listeners: dict[int, int], inbound: dict[int, int] | None = None) -> Proxy:
    """A running data plane."""
    return Proxy("shop/cart", listeners, {"10.96.0.10:3306": 21964}, inbound or {}, 15000, Path("log"))


def test_a_sidecar_says_where_to_send_and_what_others_send_to() -> None:
    assert sidecar_lines(proxy({15001: 27581, 9080: 29743}, {80: 21090})) == [
        "to *:9080                   127.0.0.1:29743",
        "to *:15001                  127.0.0.1:27581",
        "to 10.96.0.10:3306          127.0.0.1:21964",
        "from others at port 80     127.0.0.1:21090",
    ]


def test_a_gateways_port_for_tls_gets_an_https_url() -> None:
    running = proxy({80: 20080, 443: 20443})
    urls = [local_url(running, port) for port in (80, 443)]
    assert urls == ["http://127.0.0.1:20080", "https://127.0.0.1:20443"], "curl can be given either"
