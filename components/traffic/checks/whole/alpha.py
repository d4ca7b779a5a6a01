"""Checks of what istiod reads of the Gateway API only with a variable of its own."""

from collections.abc import Iterator, Mapping

from components.control_plane.environment import ALPHA_GATEWAY_API
from components.kinds.node import Node
from components.platform.versions import minor_of
from components.settings.problems import Problem
from components.traffic.checks.gateway_api.gateway import CLASSES
from components.traffic.model import GATEWAY_API, TrafficModel
from components.traffic.part import Part

_UNTIL: Mapping[str, str | None] = {"TLS": "1.30", "TCP": None}
"""By protocol of listeners and routes: the minor version of Istio that does without the variable; None for none yet."""

_ROUTES = {"TLSRoute": "TLS", "TCPRoute": "TCP"}


def alpha_problems(model: TrafficModel) -> Iterator[Problem]:
    """Listeners of TCP and TLS and their routes, which istiod sets aside or does not even read without the variable.

    Of routes, those of other programs' Gateways, and of Gateways that are not of the stack, are let be. Source:
    listenerProtocolToIstio in conversion.go and NewController in controller.go of Istio's
    pilot/pkg/config/kube/gateway, at 1.28.3, 1.29.1 and 1.30.3.
    """
    if model.alpha_gateway_api:
        return
    alpha = {name for name, until in _UNTIL.items() if until is None or minor_of(model.istio_version) < minor_of(until)}
    gateways = {
        (one.namespace, one.name): one
        for one in model.gateway_api("Gateway")
        if one.spec.at("gatewayClassName").text in CLASSES
    }
    for part in gateways.values():
        if part.judged:
            yield from _listener_problems(part, alpha)
    for kind, protocol in _ROUTES.items():
        for part in model.gateway_api(kind) if protocol in alpha else ():
            if part.judged and any(_is_istios(one, part, gateways) for one in part.spec.at("parentRefs")):
                yield part.problem(part.resource.node.at("kind"), f"a {kind} {_without(protocol)}", _fix(protocol))


def _listener_problems(part: Part, alpha: set[str]) -> Iterator[Problem]:
    """One problem for each protocol: the remedy is the same for all listeners."""
    told: set[str] = set()
    for listener in part.spec.at("listeners"):
        protocol = listener.at("protocol")
        if protocol.text in alpha - told:
            told.add(protocol.text)
            port = listener.at("port").whole
            yield part.problem(
                protocol, f"{protocol.text} on port {port} {_without(protocol.text)}", _fix(protocol.text)
            )


def _is_istios(parent: Node, route: Part, gateways: Mapping[tuple[str, str], Part]) -> bool:
    """Whether Istio serves a route there: at a Gateway of the stack, or within the mesh, to what is no Gateway."""
    if parent.at("group").text not in (None, GATEWAY_API) or parent.at("kind").text not in (None, "Gateway"):
        return True
    return (parent.at("namespace").text or route.namespace, parent.at("name").text or "") in gateways


def _without(protocol: str) -> str:
    before = f" before Istio {_UNTIL[protocol]}" if _UNTIL[protocol] else ""
    return f"has no effect{before} unless istiod has the variable {ALPHA_GATEWAY_API}"


def _fix(protocol: str) -> str:
    newer = f", or use Istio {_UNTIL[protocol]} or newer" if _UNTIL[protocol] else ""
    return f'Add `controlPlane.env: {{{ALPHA_GATEWAY_API}: "true"}}`{newer}'
