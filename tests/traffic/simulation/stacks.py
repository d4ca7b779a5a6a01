"""Small stacks for tests of the simulator."""

from typing import Any

from components.resources.settings import ResourceSettings
from components.traffic.simulation.objects import Stack, stack_of
from components.traffic.simulation.request import parse_request
from components.traffic.simulation.results import Simulation
from components.traffic.simulation.simulate import simulate
from tests.support.stacks import DEMO, settings_of

GATEWAY = "istio-ingress/ingressgateway"


def stack(*resources: dict[str, Any], **mesh: Any) -> Stack:
    """A demo stack without the sample, with these objects and settings.

    The objects are not checked: the simulator also has to be right about those that the checks refuse.
    """
    document: dict[str, Any] = {**DEMO, "samples": {}, **mesh}
    settings = settings_of(document)
    given = tuple(ResourceSettings.model_validate(one, strict=False) for one in resources)
    return stack_of(settings.model_copy(update={"resources": given}))


def istio(
    kind: str, name: str, namespace: str = "shop", spec: dict[str, Any] | None = None, **fields: Any
) -> dict[str, Any]:
    """An object of Istio's networking API."""
    metadata = {"name": name, "namespace": namespace}
    return {
        "apiVersion": "networking.istio.io/v1",
        "kind": kind,
        "metadata": metadata,
        "spec": {**(spec or {}), **fields},
    }


def gateway_api(
    kind: str, name: str, namespace: str = "shop", spec: dict[str, Any] | None = None, **fields: Any
) -> dict[str, Any]:
    """An object of the Gateway API."""
    version = "v1beta1" if kind == "ReferenceGrant" else "v1"
    metadata = {"name": name, "namespace": namespace}
    return {
        "apiVersion": f"gateway.networking.k8s.io/{version}",
        "kind": kind,
        "metadata": metadata,
        "spec": {**(spec or {}), **fields},
    }


def routed(*http: dict[str, Any], name: str = "web", **spec: Any) -> dict[str, Any]:
    """A VirtualService at the demo gateway."""
    fields: dict[str, Any] = {"hosts": ["shop.example.com"], "gateways": [GATEWAY], "http": [*http]}
    return istio("VirtualService", name, spec=fields | spec)


def to(host: str = "web.shop.svc.cluster.local", **more: Any) -> list[dict[str, Any]]:
    """The route to one destination; the namespace is one that the stack says nothing else about."""
    return [{"destination": {"host": host, "port": {"number": 8080}, **more}}]


def answer(text: str, there: Stack, *headers: str, **more: Any) -> Simulation:
    """What becomes of a request."""
    return simulate(there, parse_request(text, headers), **more)


def reasons(found: Simulation) -> list[str]:
    """Why the rules before were passed over."""
    return [f"{one.rule}: {one.reason}" for one in found.skipped]
