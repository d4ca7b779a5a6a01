"""Checks of address ranges in rules."""

import re
from collections.abc import Iterator
from ipaddress import ip_address, ip_interface

from components.kinds.node import Node
from components.settings.problems import Problem
from components.settings.wording import shown

_PREFIX = re.compile(r"0|[1-9][0-9]{0,2}", re.ASCII)


def ip_block_problems(block: Node) -> Iterator[Problem]:
    """An IP address, or a range of them in CIDR form.

    Source: ValidateIPs of Istio's pkg/config/security/security.go. That an address within a range is refused is a rule
    of this project: Envoy ignores what lies behind the prefix, so that the range is wider than it looks.
    """
    text = block.text
    if not text:
        return
    address, slash, prefix = text.partition("/")
    try:
        found = ip_interface(text) if slash else ip_interface(ip_address(address))
    except ValueError:
        found = None
    if found is None or "%" in text or (slash and not _PREFIX.fullmatch(prefix)):
        yield block.problem(
            f"{shown(text)} is neither an IP address nor a range of them", "For example: '192.0.2.7' or '192.0.2.0/24'"
        )
    elif slash and found.ip != found.network.network_address:
        yield block.problem(
            f"{shown(text)} names an address within the range (a rule of this project)",
            f"Write the range, '{found.network}', or the address, '{found.ip}'",
        )


def destination_port_problems(port: Node) -> Iterator[Problem]:
    """A port in quotes. Source: ValidatePorts of Istio's pkg/config/security/security.go; 0 is refused here only."""
    text = port.text
    if not text:
        return
    if not re.fullmatch(r"[0-9]+", text, re.ASCII) or int(text) > 65535:
        yield port.problem(f"{shown(text)} is no port", "Set one from 1 to 65535, in quotes")
    elif int(text) == 0:
        yield port.problem("nothing listens on port 0 (a rule of this project)", "Set one from 1 to 65535, in quotes")
