"""Checks of addresses: of an IP, a range of them, or a unix domain socket."""

from collections.abc import Iterator
from ipaddress import ip_network

from components.kinds.node import Node
from components.settings.problems import Problem
from components.settings.wording import shown
from components.traffic.checks.values import is_address

UNIX = "unix://"
"""How the address of a unix domain socket begins."""


def is_unix(address: Node) -> bool:
    """Whether an address is that of a unix domain socket."""
    return (address.text or "").startswith(UNIX)


def unix_problems(address: Node) -> Iterator[Problem]:
    """The address of a unix domain socket: the path of a file, or an abstract name that begins with '@'.

    Source: ValidateUnixAddress of Istio's pkg/config/validation/validation.go.
    """
    text = address.text or ""
    name = text.removeprefix(UNIX)
    if not name.startswith("@") and (not name.startswith("/") or name.endswith("/")):
        yield address.problem(
            f"{shown(text)} is neither the full path of a file nor an abstract name with '@'",
            "For example: 'unix:///var/run/app.sock'",
        )


def ip_problems(address: Node) -> Iterator[Problem]:
    """An IP address, when there is one. Source: ValidateIPAddress of pkg/config/validation/agent/validation.go."""
    if address.text and not is_address(address.text):
        yield address.problem(f"{shown(address.text)} is no IP address", "For example: '127.0.0.1'")


def subnet_problems(address: Node) -> Iterator[Problem]:
    """An IP address or a range of them. Source: ValidateIPSubnet of pkg/config/validation/agent/validation.go."""
    text = address.text
    if text is None or is_address(text):
        return
    prefix = text.partition("/")[2]
    try:
        ip_network(text, strict=False)
        readable = prefix.isdecimal()
    except ValueError:
        readable = False
    if not readable:
        yield address.problem(
            f"{shown(text)} is neither an IP address nor a range of them", "For example: '192.0.2.0/24'"
        )
