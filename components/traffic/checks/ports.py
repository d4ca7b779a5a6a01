"""Checks of ports that a resource declares: their names and protocols."""

from collections.abc import Iterator

from components.kinds.node import Node
from components.settings.problems import Problem
from components.settings.wording import listed, shown
from components.traffic.checks.values import is_dns_label

HTTP_PROTOCOLS = ("HTTP", "HTTP2", "HTTP_PROXY", "GRPC", "GRPC-WEB")
TLS_PROTOCOLS = ("HTTPS", "TLS")
_OTHERS = ("TCP", "UDP", "MONGO", "REDIS", "MYSQL")
_PROTOCOLS = (*HTTP_PROTOCOLS, *TLS_PROTOCOLS, *_OTHERS)


def protocol_of(port: Node) -> str:
    """The protocol of a port in capital letters; an empty text when it is left to Istio to find out."""
    return (port.at("protocol").text or "").upper()


def protocol_problems(port: Node) -> Iterator[Problem]:
    """A protocol that Istio knows, in small letters or capital ones; none is possible.

    Source: ValidateProtocol of Istio's pkg/config/validation/validation.go and Parse of
    pkg/config/protocol/instance.go.
    """
    protocol = port.at("protocol")
    if protocol_of(port) not in ("", *_PROTOCOLS):
        yield protocol.problem(f"{shown(protocol.text)} is no protocol of Istio", f"Use one: {listed(_PROTOCOLS)}")


def port_name_problems(name: str, node: Node) -> Iterator[Problem]:
    """The name of a port: a DNS label. Source: ValidatePortName of Istio's pkg/config/validation/validation.go."""
    if not is_dns_label(name):
        yield node.problem(
            f"{shown(name)} is no name for a port: letters, digits and '-', at most 63", "For example: 'http'"
        )
