"""`mesh lab envoy`: run the data plane of a gateway, or of a workload with a sidecar."""

from typing import Annotated

import typer

from lab.layout import LabLayout
from lab.proxy import Proxy, run_proxy
from operations.console import err, out
from operations.lab.options import DEFAULT_LAB, LabName
from operations.lab.programs import fetch, paths


def envoy(
    workload: Annotated[
        str,
        typer.Argument(
            metavar="NAMESPACE/DEPLOYMENT", help="For example istio-ingress/ingressgateway, or bookinfo/productpage-v1."
        ),
    ],
    name: LabName = DEFAULT_LAB,
) -> None:
    """Run the pilot-agent and Envoy of a gateway or sidecar on this machine, and print what they answer on."""
    with err.status(f"starting the data plane of {workload}"):
        proxy = run_proxy(LabLayout(name), paths(fetch()), workload)
    if proxy.inbound:
        for line in sidecar_lines(proxy):
            out.print(line, markup=False)
        return
    for port in sorted(proxy.listeners):
        out.print(local_url(proxy, port))
    if not proxy.listeners:
        err.print(
            f"{workload}: Envoy runs, and istiod gave it no listener. A Gateway with this gateway's label makes one."
        )


def sidecar_lines(proxy: Proxy) -> list[str]:
    """Where to send what the workload would send, and what others send to it: real address, loopback address."""
    outbound = {f"*:{port}": local for port, local in sorted(proxy.listeners.items())} | dict(proxy.addresses)
    return [
        *(f"to {address:<24} 127.0.0.1:{local}" for address, local in outbound.items()),
        *(f"from others at port {port:<6} 127.0.0.1:{local}" for port, local in sorted(proxy.inbound.items())),
    ]


def local_url(proxy: Proxy, port: int) -> str:
    """The local address that plays one port of the gateway."""
    scheme = "https" if port in {443, 8443} else "http"
    return f"{scheme}://127.0.0.1:{proxy.listeners[port]}"
