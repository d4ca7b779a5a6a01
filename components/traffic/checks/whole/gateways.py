"""Checks of Istio's Gateways that open ports of the same pods, and of pods that no gateway has."""

from collections.abc import Iterator
from dataclasses import dataclass

from components.gateways.reasons import OTHER_GATEWAY
from components.kinds.node import Node
from components.kinds.reasons import is_explained
from components.settings.problems import Problem
from components.settings.wording import listed, shown, suggestion
from components.traffic.model import TrafficModel
from components.traffic.part import Part

Pods = tuple[str, ...] | frozenset[tuple[str, str]]
"""A gateway by namespace and name, or the labels by which pods of others are selected."""

_ENCRYPTED = ("HTTPS", "TLS")
_RAW = ("TCP", "MONGO", "MYSQL", "REDIS")
_TELLING = ("istio", "app")
_ELSEWHERE = f"If its pods are deployed elsewhere, say where by the annotation {OTHER_GATEWAY}"


@dataclass(frozen=True)
class _Server:
    """One server of one Gateway."""

    part: Part
    node: Node

    @property
    def family(self) -> str:
        """What can share a port: HTTP with HTTP, TLS with TLS, and nothing else with anything."""
        protocol = (self.node.at("port", "protocol").text or "").upper()
        return "TLS" if protocol in _ENCRYPTED else "TCP" if protocol in _RAW else "HTTP"


def gateway_problems(model: TrafficModel) -> Iterator[Problem]:
    """Servers of different Gateways that get in each other's way (IST0145), and selectors that match no pods.

    Source: conflictinggateway.go of Istio's pkg/config/analysis/analyzers/gateway, and mergeGateways in
    pilot/pkg/model/gateway.go, which skips the later of two servers of one port that do not go together.
    """
    taken: dict[tuple[Pods, int, str], list[_Server]] = {}
    hosts: dict[tuple[Pods, int, str, str], _Server] = {}
    for part in sorted(model.istio("Gateway"), key=lambda one: one.given):
        if part.given and part.judged:
            yield from _selector_problems(model, part)
        for pods in selected(model, part):
            for node in part.spec.at("servers"):
                server = _Server(part, node)
                port = (pods, node.at("port", "number").whole or 0, node.at("bind").text or "")
                found = list(_server_problems(server, taken.setdefault(port, []), hosts, port))
                yield from found[:1] if part.judged else ()
                taken[port].append(server)


def selected(model: TrafficModel, part: Part) -> list[Pods]:
    """The gateways of the stack whose pods a Gateway selects; by its labels when these are of others."""
    labels = _labels(part)
    own: list[Pods] = [key for key, pods in model.gateways.items() if labels.items() <= pods.items()]
    return own or [frozenset(labels.items())]


def _labels(part: Part) -> dict[str, str]:
    return {name: value.text or "" for name, value in part.spec.at("selector").entries}


def _server_problems(
    server: _Server,
    taken: list[_Server],
    hosts: dict[tuple[Pods, int, str, str], _Server],
    port: tuple[Pods, int, str],
) -> Iterator[Problem]:
    number = port[1]
    for other in taken:
        if not server.part.twin_of(other.part) and (other.family != server.family or server.family == "TCP"):
            yield server.part.problem(
                server.node.at("port"),
                f"{_spoken(server)} on port {number} does not go with {_spoken(other)} of {other.part.title}, which "
                "opens the same port of the same pods; Istio serves only one of the two (IST0145)",
                "Use another port, or one protocol for both",
            )
            break
    for index, host in enumerate(server.node.at("hosts").texts):
        name = _host(host, server.part.namespace)
        other = hosts.setdefault((*port, name), server)
        if not server.part.twin_of(other.part):
            yield server.part.problem(
                server.node.at("hosts", index),
                f"{shown(host)} on port {number} is served by {other.part.title} as well, for the same pods (IST0145)",
                "Keep it in one Gateway, and bind the VirtualServices to that one",
            )


def _host(host: str, namespace: str) -> str:
    home, slash, name = host.rpartition("/")
    return f"{namespace}/{name}" if slash and home == "." else name if home in ("", "*") else host


def _spoken(server: _Server) -> str:
    return (server.node.at("port", "protocol").text or "").upper()


def _selector_problems(model: TrafficModel, part: Part) -> Iterator[Problem]:
    """A selector that none of the stack's gateways has, so that no pod of the stack serves it.

    That it is refused is a rule of this project, like the annotation by which a gateway is said to be deployed
    elsewhere; Istio's analysis (IST0101) looks at the pods of the cluster.
    """
    labels, gateways = _labels(part), list(model.gateways.values())
    elsewhere = is_explained(part.resource.node, OTHER_GATEWAY)
    if not gateways or not model.whole() or elsewhere or any(labels.items() <= pods.items() for pods in gateways):
        return
    for name in _TELLING:
        wanted, known = labels.get(name), [pods[name] for pods in gateways]
        if wanted is not None and wanted not in known and (meant := suggestion(wanted, known)):
            yield part.problem(
                part.spec.at("selector", name),
                f"no gateway of mesh.gateways has the label {name}: {wanted} (a rule of this project)",
                f"Did you mean '{meant}'? {_ELSEWHERE}",
            )
            return
    known = [f"istio: {pods['istio']}" for pods in gateways]
    named = ", ".join(f"{name}: {value}" for name, value in labels.items())
    yield part.problem(
        part.spec.at("selector"),
        f"no gateway of mesh.gateways has the labels {{{named}}}, so that none serves it (a rule of this project)",
        f"Select {listed(known)}. {_ELSEWHERE}",
    )
