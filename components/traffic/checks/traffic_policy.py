"""Checks of a `trafficPolicy`: what holds for the requests to a host, to one of its subsets, or to one port."""

from collections.abc import Iterator

from components.kinds.node import Node
from components.settings.problems import Problem
from components.settings.wording import shown
from components.traffic.checks.client_tls import client_tls_problems
from components.traffic.checks.connection_pool import connection_pool_problems, outlier_problems
from components.traffic.checks.load_balancer import load_balancer_problems
from components.traffic.checks.values import host_problems, port_problems

_PORT_FIELDS = ("connectionPool", "loadBalancer", "outlierDetection", "tls")
_FIELDS = (*_PORT_FIELDS, "portLevelSettings", "tunnel", "proxyProtocol", "retryBudget")


def traffic_policy_problems(
    policy: Node, *, namespace: str | None = None, above: Node | None = None
) -> Iterator[Problem]:
    """Policies that Istio refuses, and parts of them without effect.

    `namespace` is that of the resource. `above` is the policy of the host when `policy` is that of a subset, which
    takes over what it does not say itself.

    Source: validateTrafficPolicy of Istio's pkg/config/validation/validation.go; MergeSubsetTrafficPolicy of
    pilot/pkg/networking/util/util.go for what a subset takes over.
    """
    if not policy.given:
        return
    if not any(policy.has(key) for key in _FIELDS) or policy.value == {"portLevelSettings": []}:
        yield policy.problem("says nothing, which Istio refuses", "Add loadBalancer or another field, or remove it")
    if policy.has("tunnel") and policy.has("proxyProtocol"):
        yield policy.problem("has both tunnel and proxyProtocol, which Istio refuses", "Remove one of the two")
    ejects = policy.has("outlierDetection") or (above is not None and above.has("outlierDetection"))
    yield from _part_problems(policy, namespace, ejects=ejects)
    yield from _port_level_problems(policy.at("portLevelSettings"), namespace)
    yield from _tunnel_problems(policy.at("tunnel"))
    yield from _budget_problems(policy, above)


def _part_problems(policy: Node, namespace: str | None, *, ejects: bool) -> Iterator[Problem]:
    yield from outlier_problems(policy.at("outlierDetection"))
    yield from connection_pool_problems(policy.at("connectionPool"))
    yield from load_balancer_problems(policy.at("loadBalancer"), ejects=ejects)
    yield from client_tls_problems(policy.at("tls"), namespace=namespace)


def _port_level_problems(ports: Node, namespace: str | None) -> Iterator[Problem]:
    """Policies of single ports, which take over nothing from the one of all ports; Istio reads the first of a port."""
    seen: set[int] = set()
    for one in ports:
        number = one.at("port", "number")
        if number.whole is None:
            if not number.given:
                yield number.problem("required, but missing", "Say which port of the service it is for")
        else:
            yield from port_problems(number)
            if number.whole in seen:
                yield number.problem(
                    f"{number.whole} is there already, and Istio reads only the first (a rule of this project)",
                    "Put both together",
                )
            seen.add(number.whole)
        if not any(one.has(key) for key in _PORT_FIELDS):
            yield one.problem("says nothing, which Istio refuses", "Add loadBalancer or another field, or remove it")
        yield from _part_problems(one, namespace, ejects=one.has("outlierDetection"))


def _tunnel_problems(tunnel: Node) -> Iterator[Problem]:
    """A tunnel that Istio's validateTunnelSettings refuses."""
    if not tunnel.given:
        return
    protocol = tunnel.at("protocol")
    if protocol.text not in (None, "", "CONNECT", "POST"):
        yield protocol.problem(f"{shown(protocol.text)} is no way to open a tunnel", "Use CONNECT or POST")
    for key, example in (("targetHost", "`targetHost: example.com`"), ("targetPort", "`targetPort: 443`")):
        if not tunnel.has(key):
            yield tunnel.at(key).problem("required for a tunnel, but missing", f"Add it, for example {example}")
    yield from host_problems(tunnel.at("targetHost"), address=True)
    yield from port_problems(tunnel.at("targetPort"))


def _budget_problems(policy: Node, above: Node | None) -> Iterator[Problem]:
    """A budget for retries that is a percentage, and that Istio does not lose when it merges policies.

    mergeTrafficPolicy and ShallowCopyTrafficPolicy of pilot/pkg/networking/util/util.go leave it out.
    """
    budget = policy.at("retryBudget")
    percent = budget.at("percent")
    if percent.number is not None and not 0 <= percent.number <= 100:
        yield percent.problem(f"{percent.number:g} is no percentage", "Use a number from 0 to 100")
    if above is None or not above.given:
        return
    if budget.given:
        yield budget.problem(
            "has no effect in a subset when the host has a trafficPolicy too, because Istio does not merge it "
            "(a rule of this project)",
            "Move the trafficPolicy of the host into the subsets",
        )
    elif above.has("retryBudget"):
        yield policy.problem(
            "takes the retryBudget of the host away from this subset, because Istio does not merge it "
            "(a rule of this project)",
            "Move the trafficPolicy of the host into the subsets, or remove this one",
        )
