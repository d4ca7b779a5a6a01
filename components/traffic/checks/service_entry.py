"""Checks of a ServiceEntry: a host that is not a Service of Kubernetes."""

from collections.abc import Iterator

from components.kinds.node import Node
from components.kinds.resource import Resource
from components.settings.problems import Problem
from components.settings.wording import shown
from components.traffic.checks.addresses import subnet_problems
from components.traffic.checks.policy_targets import selector_problems
from components.traffic.checks.ports import (
    HTTP_PROTOCOLS,
    TLS_PROTOCOLS,
    port_name_problems,
    protocol_of,
    protocol_problems,
)
from components.traffic.checks.resolution import resolution_problems
from components.traffic.checks.values import export_to_problems, host_problems, port_problems

_ALLOCATE = "networking.istio.io/enable-autoallocate-ip"
"""The label by which a ServiceEntry refuses an address from istiod."""


def service_entry_problems(resource: Resource) -> Iterator[Problem]:
    """What Istio refuses of a ServiceEntry, and what it or its analyzers warn about.

    Source: ValidateServiceEntry of Istio's pkg/config/validation/validation.go, the rules of the CRD, and IST0134.
    """
    spec = resource.spec
    resolution = spec.at("resolution").text or "NONE"
    yield from selector_problems(spec.at("workloadSelector"), "labels")
    if spec.has("workloadSelector") and spec.has("endpoints"):
        yield spec.at("workloadSelector").problem("cannot be beside endpoints", "Remove one of the two")
    yield from _hosts_problems(spec.at("hosts"), resolution)
    yield from _addresses_problems(spec, resolution)
    yield from _ports_problems(spec.at("ports"))
    if not spec.at("addresses").items and not _allocated(resource, resolution):
        yield from _address_missing(spec.at("ports"))
    if resolution != "NONE" and len(spec.at("hosts").items) > 1:
        yield from _indistinct_problems(spec.at("ports"))
    yield from resolution_problems(spec, resolution)
    yield from export_to_problems(spec.at("exportTo"), namespace=resource.namespace)


def _hosts_problems(hosts: Node, resolution: str) -> Iterator[Problem]:
    if not hosts.items:
        yield hosts.problem("required, but missing", "Name at least one host")
    for host in hosts:
        found = list(host_problems(host, wildcard=True))
        yield from found
        text = host.text or ""
        if not found and "*" in text and not text.startswith("*.") and resolution != "DYNAMIC_DNS":
            yield host.problem(
                f"{shown(text)} has a '*' for a part of a label, which Istio warns about (a rule of this project)",
                "Write it like '*.example.com'",
            )


def _addresses_problems(spec: Node, resolution: str) -> Iterator[Problem]:
    for address in spec.at("addresses"):
        yield from subnet_problems(address)
        if "/" in (address.text or "") and resolution not in ("NONE", "STATIC", "DYNAMIC_DNS"):
            yield address.problem(
                f"{shown(address.text)} is a range, which resolution {resolution} does not take",
                "Use single addresses, or resolution NONE or STATIC",
            )


def _ports_problems(ports: Node) -> Iterator[Problem]:
    names: set[str] = set()
    numbers: set[int] = set()
    for port in ports:
        name, number, target = port.at("name"), port.at("number"), port.at("targetPort")
        if name.text in names:
            yield name.problem(f"{shown(name.text)} is the name of an earlier port", "Give each a name of its own")
        if number.whole in numbers:
            yield number.problem(f"{number.whole} is the number of an earlier port", "Give each number once")
        names.add(name.text or "")
        numbers.add(number.whole or 0)
        if name.text is not None:
            yield from port_name_problems(name.text, name)
        yield from protocol_problems(port)
        yield from port_problems(number)
        yield from port_problems(target)


def _allocated(resource: Resource, resolution: str) -> bool:
    """Whether istiod gives the entry an address, as it does by default (ip_autoallocation.go of istiod).

    With DYNAMIC_DNS there is never one, and ports of TCP are refused for another reason.
    """
    wanted = resource.node.at("metadata", "labels", _ALLOCATE).text or ""
    return resolution == "DYNAMIC_DNS" or (resolution != "NONE" and wanted.lower() != "false")


def _address_missing(ports: Node) -> Iterator[Problem]:
    """Plain TCP is told apart by its address only; without one the entry takes the port for all addresses."""
    for port in ports:
        if protocol_of(port) in ("", "TCP"):
            yield port.problem(
                "would take this port of every address, because plain TCP has no host name and this entry no addresses "
                "(IST0134, a rule of this project)",
                "Add addresses, name a protocol such as HTTP or TLS, or let istiod allocate an address, which it does "
                "for DNS and STATIC",
            )


def _indistinct_problems(ports: Node) -> Iterator[Problem]:
    for port in ports:
        if protocol_of(port) not in (*HTTP_PROTOCOLS, *TLS_PROTOCOLS):
            spoken = protocol_of(port) or "no protocol"
            yield port.problem(
                f"several hosts cannot be told apart on a port with {spoken}", "Use HTTP or TLS, or one host each"
            )
