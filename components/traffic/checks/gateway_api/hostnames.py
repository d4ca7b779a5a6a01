"""Checks of hostnames of listeners and routes."""

from collections.abc import Iterator

from components.kinds.node import Node
from components.settings.problems import Problem
from components.traffic.checks.gateway_api.lists import repeated_problems
from components.traffic.checks.values import is_address


def hostname_problems(hostname: Node) -> Iterator[Problem]:
    """A hostname that is an address, which the form of hostnames in the CRDs lets pass.

    Source: the reference of Hostname (gateway-api.sigs.k8s.io/reference/spec), and RFC 1123.
    """
    text = hostname.text
    if text is not None and is_address(text.removeprefix("*.")):
        yield hostname.problem(f"'{text}' is an address, where a name is expected", "Name the host, or remove it")


def route_hostname_problems(hostnames: Node) -> Iterator[Problem]:
    """The hostnames of a route: names, each given once."""
    for hostname in hostnames:
        yield from hostname_problems(hostname)
    yield from repeated_problems(hostnames, "hostname", folded=True)
