"""Checks of the Gateways to which VirtualServices are bound."""

from collections.abc import Iterator, Mapping

from components.gateways.hosts import hosts_match
from components.kinds.node import Node
from components.settings.problems import Problem
from components.settings.wording import listed, shown, suggestion
from components.traffic.model import TrafficModel
from components.traffic.names import full_host
from components.traffic.part import Part
from components.traffic.routes import bound_gateways, hosts, on_mesh

Gateways = Mapping[tuple[str, str], Part]


def binding_problems(model: TrafficModel) -> Iterator[Problem]:
    """VirtualServices bound to a Gateway that is not there (IST0101), or that does not serve their hosts (IST0132).

    A Gateway in a namespace of which the stack has nothing may be somebody else's. Source: gateways.go of Istio's
    pkg/config/analysis/analyzers/virtualservice; it asks for one host of the VirtualService only, and that every host
    has to be served where no sidecar gets it is a rule of this project.
    """
    gateways = model.istio_gateways
    for part in model.istio("VirtualService"):
        if not part.given or not part.judged:
            continue
        bound = list(bound_gateways(part))
        if model.whole("Gateway"):
            for node, key in bound:
                if key not in gateways:
                    yield from _unknown(model, node, key, gateways)
        for node, key in bound:
            if key in gateways and gateways[key].judged:
                yield from _unserved(part, node, gateways[key])
        if not on_mesh(part) and all(key in gateways for _, key in bound):
            yield from _each_host(part, [gateways[key] for _, key in bound])


def _unknown(model: TrafficModel, node: Node, key: tuple[str, str], gateways: Gateways) -> Iterator[Problem]:
    namespace, name = key
    namesakes = [f"{home}/{one}" for home, one in gateways if one == name]
    meant = namesakes[0] if namesakes else suggestion(f"{namespace}/{name}", [f"{a}/{b}" for a, b in gateways])
    if meant or namespace in model.own_namespaces:
        yield node.problem(
            f"there is no Gateway '{name}' in {namespace} (IST0101)",
            f"Did you mean '{meant}'?" if meant else "Name one of mesh.gateways as NAMESPACE/NAME, or add the Gateway",
        )


def _unserved(part: Part, node: Node, gateway: Part) -> Iterator[Problem]:
    """A Gateway with no host of the VirtualService. Its hosts may be for VirtualServices of one namespace only."""
    served = served_hosts(gateway, part.namespace)
    own = [host for _, host in hosts(part)]
    if own and not any(hosts_match(one, host) for one in served for host in own):
        told = (
            f"whose hosts for {part.namespace} are {listed(served)}"
            if served
            else f"which has none for {part.namespace}"
        )
        yield node.problem(
            f"none of the hosts {listed(own)} is served by {gateway.title}, {told} (IST0132)",
            "Add the host to a server of the Gateway, or name another Gateway",
        )


def _each_host(part: Part, gateways: list[Part]) -> Iterator[Problem]:
    served = [host for gateway in gateways for host in served_hosts(gateway, part.namespace)]
    found = list(hosts(part))
    unserved = [node for node, host in found if not any(hosts_match(one, host) for one in served)]
    for node in unserved if len(unserved) < len(found) else ():
        yield node.problem(
            f"{shown(node.text)} is served by none of the Gateways named here, whose hosts are {listed(served)} "
            "(a rule of this project)",
            "Add it to a server of one of them, or remove it",
        )


def served_hosts(gateway: Part, namespace: str) -> list[str]:
    """The hosts that a Gateway serves for VirtualServices of a namespace, written in full.

    Source: sanitizeServerHostNamespace in pilot/pkg/model/gateway.go, and NamesForNamespace in pkg/config/host/name.go.
    """
    found: list[str] = []
    for server in gateway.spec.at("servers"):
        for text in server.at("hosts").texts:
            home, slash, name = text.rpartition("/")
            owner = gateway.namespace if home == "." else home
            if not slash or owner in ("*", namespace):
                found.append(full_host(name, gateway.namespace))
    return list(dict.fromkeys(found))
