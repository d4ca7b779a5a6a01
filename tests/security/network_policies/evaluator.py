"""What NetworkPolicies let through: a reading of Kubernetes' own description, written apart from the program.

Source: kubernetes.io/docs/concepts/services-networking/network-policies. A pod that no policy selects for a direction
is open in that direction; a selected one takes what at least one rule of one of its policies allows. A connection has
to be allowed by both ends. Peers in one list are alternatives; namespaceSelector and podSelector in one entry hold
together; a rule without peers is for everybody, one without ports for every port. Ports are those of the destination's
pod. No network plugin is asked: the lab has none.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from ipaddress import ip_address, ip_network
from typing import Any


@dataclass(frozen=True, kw_only=True)
class End:
    """One end of a connection: a pod, or an address outside the cluster (without namespace)."""

    address: str
    namespace: str | None = None
    labels: Mapping[str, str] = field(default_factory=dict[str, str])


@dataclass(frozen=True, kw_only=True)
class Network:
    """The namespaces of a cluster with their labels, and its policies."""

    namespaces: Mapping[str, Mapping[str, str]]
    policies: Sequence[Mapping[str, Any]]

    def allows(self, source: End, target: End, port: int, protocol: str = "TCP") -> bool:
        """Whether a connection comes through."""
        leaves = self._passes("Egress", source, target, port, protocol)
        return leaves and self._passes("Ingress", target, source, port, protocol)

    def _passes(self, direction: str, pod: End, other: End, port: int, protocol: str) -> bool:
        specs = list(self._selecting(pod, direction))
        if not specs:
            return True
        rules: list[Mapping[str, Any]] = [rule for spec in specs for rule in spec.get(direction.lower(), [])]
        side = "from" if direction == "Ingress" else "to"
        return any(self._peer(rule.get(side), other) and _port(rule.get("ports"), port, protocol) for rule in rules)

    def _selecting(self, pod: End, direction: str) -> Iterator[Mapping[str, Any]]:
        for policy in self.policies:
            spec = policy["spec"]
            here = pod.namespace is not None and policy["metadata"]["namespace"] == pod.namespace
            if here and direction in spec["policyTypes"] and _selected(spec["podSelector"], pod.labels):
                yield spec

    def _peer(self, peers: Sequence[Mapping[str, Any]] | None, other: End) -> bool:
        return not peers or any(self._is(peer, other) for peer in peers)

    def _is(self, peer: Mapping[str, Any], other: End) -> bool:
        if block := peer.get("ipBlock"):
            outside = [ip_network(one) for one in block.get("except", ())]
            address = ip_address(other.address)
            return address in ip_network(block["cidr"]) and not any(address in one for one in outside)
        if other.namespace is None:
            return False
        assert "namespaceSelector" in peer, "a peer of the policy's own namespace is not used by the program"
        own = {**self.namespaces.get(other.namespace, {}), "kubernetes.io/metadata.name": other.namespace}
        return _selected(peer["namespaceSelector"], own) and _selected(peer.get("podSelector", {}), other.labels)


def _port(ports: Sequence[Mapping[str, Any]] | None, port: int, protocol: str) -> bool:
    return not ports or any(one["port"] == port and one.get("protocol", "TCP") == protocol for one in ports)


def _selected(selector: Mapping[str, Any], labels: Mapping[str, str]) -> bool:
    equal = all(labels.get(name) == value for name, value in selector.get("matchLabels", {}).items())
    return equal and all(_expression(one, labels) for one in selector.get("matchExpressions", []))


def _expression(expression: Mapping[str, Any], labels: Mapping[str, str]) -> bool:
    value, values = labels.get(expression["key"]), expression.get("values", [])
    return {
        "In": value in values,
        "NotIn": value not in values,
        "Exists": value is not None,
        "DoesNotExist": value is None,
    }[expression["operator"]]
