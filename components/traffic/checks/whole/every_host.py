"""Checks of servers, listeners and routes for all hosts in production."""

from collections.abc import Iterator

from components.gateways.reasons import ANY_HOST
from components.kinds.node import Node
from components.kinds.reasons import is_explained
from components.settings.problems import Problem
from components.traffic.model import TrafficModel
from components.traffic.names import WITHIN
from components.traffic.part import Part

_BY_NAME = ("HTTP", "HTTPS", "TLS")
"""The protocols of listeners that tell hosts apart."""


def every_host_problems(model: TrafficModel) -> Iterator[Problem]:
    """Hosts `*` of raw Gateways and VirtualServices, and listeners without a host, unless an annotation says why.

    A rule of this project, the same as that of the policy `any-host`; mesh.gateways have a check of their own. Source:
    istio.io/latest/docs/ops/best-practices/security (avoid overly broad hosts).
    """
    parts = (*model.istio("Gateway"), *model.istio("VirtualService"), *model.gateway_api("Gateway"))
    for part in parts if model.production else ():
        if part.given and part.judged and not is_explained(part.resource.node, ANY_HOST):
            for node in _every_host(part):
                yield node.problem(
                    "takes requests for every host, which production refuses (a rule of this project)",
                    "Name the hosts, for example 'shop.example.com' or '*.example.com', or say why in the annotation "
                    f"{ANY_HOST}",
                )


def _every_host(part: Part) -> Iterator[Node]:
    """The places that take every host; before a host of Istio's Gateway a namespace may stand."""
    for holder in (part.spec, *part.spec.at("servers")):
        yield from (host for host in holder.at("hosts") if (host.text or "").rpartition("/")[2] == "*")
    if part.spec.at("gatewayClassName").text in WITHIN:
        return
    for listener in part.spec.at("listeners"):
        if listener.at("protocol").text in _BY_NAME and listener.at("hostname").text in (None, "", "*"):
            yield listener.at("hostname")
