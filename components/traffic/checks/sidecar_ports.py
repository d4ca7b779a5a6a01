"""Checks of the ports of a Sidecar's listeners."""

from collections.abc import Iterator

from components.kinds.node import Node
from components.settings.problems import Problem
from components.settings.wording import shown
from components.traffic.checks.addresses import UNIX, ip_problems, is_unix, unix_problems
from components.traffic.checks.ports import port_name_problems, protocol_problems
from components.traffic.checks.values import port_problems


def egress_port_problems(listener: Node) -> Iterator[Problem]:
    """A port of an egress listener with its address: an IP address, or for port 0 a unix domain socket.

    Source: validateSidecarEgressPortBindAndCaptureMode of Istio's pkg/config/validation/validation.go.
    """
    number, bind = listener.at("port", "number"), listener.at("bind")
    yield from _declared_problems(listener.at("port"))
    if number.whole:
        yield from port_problems(number)
        yield from ip_problems(bind)
        return
    if is_unix(bind):
        yield from unix_problems(bind)
    else:
        found = f"{shown(bind.text)} is none" if bind.text else "there is none"
        yield bind.problem(
            f"a listener without port number needs a unix domain socket, and {found}",
            f"Give the port a number, or bind to '{UNIX}PATH'",
        )
    capture = listener.at("captureMode")
    if capture.text not in (None, "DEFAULT", "NONE"):
        yield capture.problem(f"{capture.text} cannot be with a unix domain socket", "Use NONE, or remove it")


def ingress_port_problems(listener: Node) -> Iterator[Problem]:
    """A port of an ingress listener with its IP address. Source: validateSidecarIngressPortAndBind."""
    number = listener.at("port", "number")
    yield from _declared_problems(listener.at("port"))
    if not number.given:
        yield number.problem("required for ingress, but missing", "Say which port the listener is for")
    yield from port_problems(number)
    yield from ip_problems(listener.at("bind"))


def unique_port_problems(listeners: Node) -> Iterator[Problem]:
    """Ports, and sockets for listeners without one, each for one listener, whatever its address."""
    ports: set[int] = set()
    sockets: set[str] = set()
    for listener in listeners:
        number, bind = listener.at("port", "number"), listener.at("bind")
        if number.whole:
            if number.whole in ports:
                yield number.problem(
                    f"{number.whole} is the port of an earlier listener", "Give each a port of its own"
                )
            ports.add(number.whole)
        elif is_unix(bind):
            if bind.text in sockets:
                yield bind.problem(f"{shown(bind.text)} is of an earlier listener", "Give each a socket of its own")
            sockets.add(bind.text or "")


def _declared_problems(port: Node) -> Iterator[Problem]:
    name = port.at("name")
    if name.text:
        yield from port_name_problems(name.text, name)
    yield from protocol_problems(port)
    if (port.at("targetPort").whole or 0) > 0:
        yield port.at("targetPort").problem("has no effect on a Sidecar, and Istio refuses it", "Remove it")
