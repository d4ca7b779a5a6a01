"""Checks of the address of a server as Istio's ProxyConfig writes it: HOST:PORT."""

import re
from collections.abc import Iterator

from components.kinds.node import Node
from components.settings.codes import Code
from components.settings.problems import Problem
from components.settings.wording import shown
from components.traffic.checks.values import host_problems, is_address

_ADDRESS = re.compile(r"(?:\[(?P<inner>[^\[\]]*)\]|(?P<host>[^:\[\]]*)):(?P<port>[^:\[\]]*)")
_EXAMPLE = "Write HOST:PORT, for example 'zipkin.observability:9411'"
_NODE = "$(HOST_IP)"
"""What Istio replaces by the address of the pod's node."""


def address_problems(node: Node, *, required: bool = False, host_ip: bool = False) -> Iterator[Problem]:
    """An address that Istio refuses: without a port, or with a host that is none; with `host_ip` also $(HOST_IP):PORT.

    Source: ValidateProxyAddress in pkg/config/validation/agent/validation.go.
    """
    if not node.text:
        if required:
            yield node.problem("required, but missing", _EXAMPLE, Code.MISSING_KEY)
        return
    text = node.text.replace(_NODE, "127.0.0.1", 1) if host_ip else node.text
    mistake = _mistake(text, node)
    if mistake:
        yield node.problem(f"{shown(node.text)} is no address of a server: {mistake}", _EXAMPLE)


def _mistake(text: str, node: Node) -> str | None:
    found = _ADDRESS.fullmatch(text)
    if not found:
        return "it is not a host and a port with one ':' between them" if ":" in text else "it has no port"
    port = found["port"]
    if not re.fullmatch("[0-9]{1,5}", port) or not 1 <= int(port) <= 65535:
        return f"{shown(port)} is no port"
    host = found["host"] if found["inner"] is None else found["inner"]
    if is_address(host) or not any(host_problems(Node(host, node.path))):
        return None
    return f"{shown(host)} is neither a host nor an IP address"
