"""Checks of the Gateway API's Gateway: addresses, and listeners as a whole."""

import re
from collections.abc import Iterator

from components.kinds.node import Node
from components.kinds.resource import Resource
from components.settings.problems import Problem
from components.settings.wording import shown
from components.traffic.checks.gateway_api.listeners import listener_problems
from components.traffic.checks.values import is_address

CLASSES = ("istio", "istio-remote", "istio-waypoint", "istio-east-west")
"""Classes that Istio makes itself; a Gateway of another class may be of another program."""

_HOSTNAME = re.compile(r"(\*\.)?[a-z0-9]([-a-z0-9]*[a-z0-9])?(\.[a-z0-9]([-a-z0-9]*[a-z0-9])?)*")
_SHARING = {"HTTP": "HTTP", "HTTPS": "HTTPS or TLS", "TLS": "HTTPS or TLS", "TCP": "TCP"}
"""By protocol: the protocols that a port of it may have; others do not go over TCP or are not Istio's."""


def gateway_problems(resource: Resource) -> Iterator[Problem]:
    """A Gateway that the CRD refuses by its rules, or listeners that could not be served.

    Rules of Istio apply to the classes that Istio makes. Source: the CRD of Gateway of Gateway API 1.4
    (config/crd/experimental), and buildListener of Istio's pilot/pkg/config/kube/gateway/conversion.go.
    """
    spec = resource.spec
    by_istio = spec.at("gatewayClassName").text in CLASSES
    listeners = spec.at("listeners")
    for listener in listeners:
        yield from listener_problems(listener, by_istio=by_istio, istio=resource.istio)
    yield from _shared_port_problems(listeners)
    yield from address_problems(spec.at("addresses"))


def address_problems(addresses: Node) -> Iterator[Problem]:
    """Addresses and names of the form that their type says, each given once."""
    seen: set[tuple[str, str]] = set()
    for address in addresses:
        kind, value = address.at("type").text or "IPAddress", address.at("value")
        text = value.text
        if text is None:  # Istio chooses one of its own.
            continue
        if kind == "IPAddress" and not is_address(text):
            yield value.problem(f"{shown(text)} is not an IP address", "Use `type: Hostname` for a name")
        elif kind == "Hostname" and not _HOSTNAME.fullmatch(text):
            yield value.problem(f"{shown(text)} is not a hostname", "Use lower case letters, digits, '-' and '.'")
        elif (kind, text) in seen:
            yield value.problem(f"'{text}' is given twice", "Give each address once")
        seen.add((kind, text))


def _shared_port_problems(listeners: Node) -> Iterator[Problem]:
    """Listeners that are the same one, or whose protocols cannot share their port.

    Source: the CRD for the first; the reference of Gateway.listeners on compatible listeners for the second
    (gateway-api.sigs.k8s.io/reference/spec).
    """
    seen: set[tuple[int, str, str]] = set()
    first: dict[int, str] = {}
    for listener in listeners:
        port, protocol = listener.at("port").whole, listener.at("protocol").text
        if port is None or protocol is None:
            continue
        hostname = listener.at("hostname").text or ""
        if (port, protocol, hostname) in seen:
            served = f" for '{hostname}'" if hostname else ""
            yield listener.problem(
                f"port {port} already has a listener of {protocol}{served}", "Give it another port or hostname"
            )
        seen.add((port, protocol, hostname))
        if protocol not in _SHARING:
            continue
        earlier = first.setdefault(port, protocol)
        if _SHARING[earlier] != _SHARING[protocol]:
            yield listener.at("protocol").problem(
                f"'{protocol}' on port {port}, where an earlier listener speaks {earlier}", "Choose another port"
            )
