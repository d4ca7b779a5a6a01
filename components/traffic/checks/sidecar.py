"""Checks of a Sidecar: what the proxies of workloads listen to, and which hosts they know."""

from collections.abc import Iterator

from components.kinds.node import Node
from components.kinds.resource import Resource
from components.settings.problems import Problem
from components.traffic.checks.connection_pool import connection_pool_problems
from components.traffic.checks.destinations import destination_problems
from components.traffic.checks.policy_targets import selector_problems
from components.traffic.checks.sidecar_hosts import egress_hosts_problems
from components.traffic.checks.sidecar_ingress import ingress_problems
from components.traffic.checks.sidecar_ports import egress_port_problems, unique_port_problems


def sidecar_problems(resource: Resource) -> Iterator[Problem]:
    """What Istio refuses of a Sidecar, and what it warns about.

    Source: ValidateSidecar of Istio's pkg/config/validation/validation.go.
    """
    spec = resource.spec
    yield from selector_problems(spec.at("workloadSelector"), "labels")
    listens = spec.at("egress").items or spec.at("ingress").items
    if not listens and not spec.has("outboundTrafficPolicy") and not spec.has("inboundConnectionPool"):
        yield spec.problem(
            "says nothing, which Istio refuses",
            "Add egress, ingress, outboundTrafficPolicy or inboundConnectionPool",
        )
    yield from unique_port_problems(spec.at("ingress"))
    for listener in spec.at("ingress"):
        yield from ingress_problems(listener)
    yield from connection_pool_problems(spec.at("inboundConnectionPool"))
    yield from egress_problems(spec.at("egress"), namespace=resource.namespace)
    yield from _outbound_problems(spec.at("outboundTrafficPolicy"))


def egress_problems(egress: Node, *, namespace: str) -> Iterator[Problem]:
    """Listeners with hosts and with ports of their own; the one for all other ports is the last."""
    listeners = egress.items
    for listener in listeners[:-1]:
        if not listener.has("port"):
            yield listener.problem(
                "has no port, so it is for all other ports and has to be the last of the list",
                "Move it to the end, or give it a port",
            )
    yield from unique_port_problems(egress)
    for listener in listeners:
        if listener.has("port"):
            yield from egress_port_problems(listener)
        yield from egress_hosts_problems(listener.at("hosts"), namespace=namespace)


def _outbound_problems(policy: Node) -> Iterator[Problem]:
    """What goes to unknown hosts. Source: validateSidecarOutboundTrafficPolicy."""
    proxy = policy.at("egressProxy")
    if not proxy.given:
        return
    mode = policy.at("mode").text or "REGISTRY_ONLY"
    if mode != "ALLOW_ANY":
        yield proxy.problem(
            f"is for requests to unknown hosts, which mode {mode} does not let out",
            "Use `mode: ALLOW_ANY`, or remove it",
        )
    if (proxy.at("host").text or "").startswith("*"):
        yield proxy.at("host").problem("a '*' is not possible here", "Name the host of the egress gateway")
    if not proxy.has("port"):
        yield proxy.at("port").problem("required, but missing", "Add it, for example `port: {number: 443}`")
    yield from destination_problems(proxy)
