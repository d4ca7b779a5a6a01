"""`mesh lab envoy`: run the data plane of a gateway."""

from typing import Annotated

import typer

from lab.gateway import Proxy, run_gateway
from lab.layout import LabLayout
from operations.console import err, out
from operations.lab.options import DEFAULT_LAB, LabName
from operations.lab.programs import fetch, paths


def envoy(
    gateway: Annotated[
        str, typer.Argument(metavar="NAMESPACE/GATEWAY", help="For example istio-ingress/ingressgateway.")
    ],
    name: LabName = DEFAULT_LAB,
) -> None:
    """Run a gateway's pilot-agent and Envoy on this machine, and print the addresses that they answer on."""
    with err.status(f"starting the data plane of {gateway}"):
        proxy = run_gateway(LabLayout(name), paths(fetch()), gateway)
    for port in sorted(proxy.listeners):
        out.print(local_url(proxy, port))
    if not proxy.listeners:
        err.print(
            f"{gateway}: Envoy runs, and istiod gave it no listener. A Gateway with this gateway's label makes one."
        )


def local_url(proxy: Proxy, port: int) -> str:
    """The local address that plays one port of the gateway."""
    scheme = "https" if port in {443, 8443} else "http"
    return f"{scheme}://127.0.0.1:{proxy.listeners[port]}"
