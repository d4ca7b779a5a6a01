"""A mesh of a few services, for tests of requests within it."""

from typing import Any

from components.traffic.simulation.objects import Stack
from components.traffic.simulation.results import Simulation
from tests.traffic.simulation.stacks import answer, istio, stack

SERVICES: dict[str, Any] = {
    "web": {"namespace": "shop", "port": 8080},
    "cart": {"namespace": "shop", "port": 8080, "name": "basket"},
    "pay": {"namespace": "bank", "port": 80},
    "db": {"namespace": "bank", "port": 5432, "protocol": "TCP"},
}
NAMESPACES = {name: {"injection": "enabled"} for name in ("shop", "bank", "bookinfo")}
REGISTRY_ONLY = {"outboundTrafficPolicy": {"mode": "REGISTRY_ONLY"}}


def mesh(*resources: dict[str, Any], **more: Any) -> Stack:
    """A mesh of four services."""
    return stack(*resources, **{"services": SERVICES, "namespaces": NAMESPACES, **more})


def sent(url: str, there: Stack, *headers: str, **more: Any) -> Simulation:
    """What becomes of a request that shop/web sends."""
    return answer(f"GET {url}", there, *headers, **{"caller": "shop/web", **more})


def routes(*http: dict[str, Any], name: str = "routes", namespace: str = "shop", **spec: Any) -> dict[str, Any]:
    """A VirtualService for the mesh."""
    fields: dict[str, Any] = {"hosts": ["basket"], "http": [*http]}
    return istio("VirtualService", name, namespace, spec=fields | spec)
