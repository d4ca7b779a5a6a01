"""Checks of a WorkloadEntry, and of the endpoints of a ServiceEntry, which are the same."""

from collections.abc import Iterator

from components.kinds.node import Node
from components.kinds.resource import Resource
from components.settings.problems import Problem
from components.settings.wording import listed, shown
from components.traffic.checks.addresses import is_unix, unix_problems
from components.traffic.checks.ports import port_name_problems
from components.traffic.checks.values import host_problems, is_address, labels_problems, port_problems


def workload_entry_problems(resource: Resource) -> Iterator[Problem]:
    """What Istio refuses of a WorkloadEntry.

    Source: validateWorkloadEntry of Istio's pkg/config/validation/validation.go, and the rules of the CRD.
    """
    yield from address_problems(resource.spec)
    yield from place_problems(resource.spec)


def address_problems(entry: Node, *, name: bool = True) -> Iterator[Problem]:
    """An IP address, a unix domain socket, or, with `name`, a DNS name; none only where a network is named.

    A workload without an address is reached through the gateway of its network.
    """
    address = entry.at("address")
    if not address.text:
        if not entry.at("network").text:
            yield address.problem("required, but missing", "Give the workload's IP address, or the name of its network")
    elif is_unix(address):
        yield from unix_problems(address)
    elif name:
        yield from host_problems(address, address=True)
    elif not is_address(address.text):
        yield address.problem(
            f"{shown(address.text)} is no IP address, which resolution STATIC needs",
            "Write the address, or use resolution DNS",
        )


def place_problems(entry: Node, *, service_ports: frozenset[str] | None = None) -> Iterator[Problem]:
    """Ports and labels of a workload. `service_ports` are those of its ServiceEntry, where that is known."""
    ports = entry.at("ports")
    if is_unix(entry.at("address")) and ports.given:
        yield ports.problem("cannot be beside a unix domain socket, which has no ports", "Remove them")
    for name, number in ports.entries:
        if service_ports is not None and name not in service_ports:
            known = f"Use one of its names: {listed(sorted(service_ports))}" if service_ports else "Add it there"
            yield number.problem(f"{shown(name)} is no port of this ServiceEntry", known)
        yield from port_name_problems(name, number)
        yield from port_problems(number)
    yield from labels_problems(entry.at("labels"))
