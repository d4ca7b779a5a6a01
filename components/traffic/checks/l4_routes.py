"""Checks of the TLS and TCP routes of a VirtualService.

Source: validateTLSRoute, validateTLSMatch, validateSniHost and validateTCPRoute in
pkg/config/validation/validation.go.
"""

from collections.abc import Iterator
from ipaddress import ip_network

from components.gateways.hosts import is_part_of
from components.kinds.node import Node
from components.settings.problems import Problem
from components.settings.wording import listed, shown
from components.traffic.checks.destinations import route_destinations_problems
from components.traffic.checks.hosts import is_auto_passthrough
from components.traffic.checks.http_match import source_problems
from components.traffic.checks.values import host_problems, is_address


def tls_route_problems(route: Node, hosts: list[str]) -> Iterator[Problem]:
    """A TLSRoute of a VirtualService with these hosts: whom it takes, by name, and where to."""
    if not route.at("match").items:
        yield route.problem("a route of TLS has to say which names it takes", "Add match with sniHosts")
    for match in route.at("match"):
        if not match.at("sniHosts").items:
            yield match.problem("names no host of SNI", "Add sniHosts")
        for sni in match.at("sniHosts"):
            yield from _sni_problems(sni, hosts)
        yield from l4_match_problems(match)
    yield from _destinations_problems(route)


def tcp_route_problems(route: Node) -> Iterator[Problem]:
    """A TCPRoute: what it matches, and where to."""
    for match in route.at("match"):
        yield from l4_match_problems(match)
    yield from _destinations_problems(route)


def l4_match_problems(match: Node) -> Iterator[Problem]:
    """What L4MatchAttributes and TLSMatchAttributes have in common: ranges of addresses, port, source, gateways."""
    for subnet in [*match.at("destinationSubnets"), match.at("sourceSubnet")]:
        if subnet.text and not _is_subnet(subnet.text):
            yield subnet.problem(
                f"{shown(subnet.text)} is neither an IP address nor a range of them", "For example: '10.1.0.0/16'"
            )
    yield from source_problems(match)


def _is_subnet(text: str) -> bool:
    try:
        ip_network(text, strict=False)
    except ValueError:
        return False
    _, slash, prefix = text.partition("/")
    return not slash or prefix.isdecimal()  # Python also reads a mask of four numbers, which Istio refuses.


def _sni_problems(sni: Node, hosts: list[str]) -> Iterator[Problem]:
    text = sni.text
    if text is None or is_auto_passthrough(text):
        return
    if is_address(text):
        yield sni.problem(
            f"'{text}' is an IP address, which clients do not send as SNI (a rule of this project)", "Name a host"
        )
        return
    found = list(host_problems(sni, wildcard=True, everything=True))
    yield from found
    if hosts and not found and not any(is_part_of(text, host) for host in hosts):
        yield sni.problem(
            f"{shown(text)} is not among the hosts of the VirtualService ({listed(hosts)})", "Add it to hosts"
        )


def _destinations_problems(route: Node) -> Iterator[Problem]:
    if not route.at("route").items:
        yield route.problem("sends the connection nowhere", "Add route with a destination")
    yield from route_destinations_problems(route.at("route"))
