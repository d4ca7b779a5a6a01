"""Checks of what the `resolution` of a ServiceEntry needs: where its endpoints come from."""

from collections.abc import Iterator

from components.kinds.node import Node
from components.settings.problems import Problem
from components.settings.wording import shown
from components.traffic.checks.addresses import is_unix
from components.traffic.checks.ports import protocol_of
from components.traffic.checks.values import host_problems
from components.traffic.checks.workload_entry import address_problems, place_problems

_DYNAMIC = "DYNAMIC_DNS"


def resolution_problems(spec: Node, resolution: str) -> Iterator[Problem]:
    """What Istio refuses for a resolution: NONE, STATIC, DNS, DNS_ROUND_ROBIN or DYNAMIC_DNS.

    Source: ValidateServiceEntry of Istio's pkg/config/validation/validation.go.
    """
    if resolution == "NONE":
        yield from _none_problems(spec)
    elif resolution == "STATIC":
        yield from _static_problems(spec)
    elif resolution in ("DNS", "DNS_ROUND_ROBIN"):
        yield from _dns_problems(spec, resolution)
    elif resolution == _DYNAMIC:
        yield from _dynamic_problems(spec)


def _none_problems(spec: Node) -> Iterator[Problem]:
    """Requests go to the address that they were sent to, so there is nothing to choose from."""
    if spec.has("endpoints"):
        yield spec.at("endpoints").problem(
            "cannot be with resolution NONE, which sends requests where they were going",
            "Add `resolution: STATIC` or DNS, or remove them",
        )
    if spec.has("workloadSelector"):
        yield spec.at("workloadSelector").problem(
            "has no effect with resolution NONE, which sends requests where they were going (a rule of this project)",
            "Add `resolution: STATIC`, or remove it",
        )


def _static_problems(spec: Node) -> Iterator[Problem]:
    ports = _port_names(spec)
    for endpoint in spec.at("endpoints"):
        yield from address_problems(endpoint, name=False)
        yield from place_problems(endpoint, service_ports=ports)
        if is_unix(endpoint.at("address")) and len(ports) != 1:
            yield endpoint.at("address").problem(
                f"a unix domain socket needs exactly one port of the ServiceEntry, which has {len(ports)}",
                "Give each socket a ServiceEntry of its own, with one port",
            )


def _dns_problems(spec: Node, resolution: str) -> Iterator[Problem]:
    endpoints = spec.at("endpoints")
    if resolution == "DNS_ROUND_ROBIN" and len(endpoints.items) > 1:
        yield endpoints.problem(
            f"{len(endpoints.items)} endpoints are too many for resolution {resolution}", "Keep one, or use DNS"
        )
    if not endpoints.items:
        for host in spec.at("hosts"):
            if (host.text or "").startswith("*"):
                yield host.problem(
                    f"{shown(host.text)} cannot be looked up with resolution {resolution}",
                    "Name the host, add endpoints, or use resolution NONE",
                )
    for endpoint in endpoints:
        address = endpoint.at("address")
        if not address.text:
            yield address.problem(f"required for resolution {resolution}, but missing", "Give a DNS name or IP address")
        elif is_unix(address):
            yield address.problem(
                f"a unix domain socket cannot be looked up with resolution {resolution}", "Use resolution STATIC"
            )
        else:
            yield from host_problems(address, address=True)
        yield from place_problems(endpoint, service_ports=_port_names(spec))


def _dynamic_problems(spec: Node) -> Iterator[Problem]:
    """The address is looked up for each request, by ztunnel and waypoints only."""
    for host in spec.at("hosts"):
        if not (host.text or "").startswith("*"):
            yield host.problem(
                f"{shown(host.text)} has no '*', which resolution {_DYNAMIC} is for",
                "Use resolution DNS, or a host such as '*.example.com'",
            )
    for key in ("addresses", "endpoints"):
        if spec.at(key).items:
            yield spec.at(key).problem(
                f"cannot be with resolution {_DYNAMIC}, which looks up the host of each request", "Remove them"
            )
    for port in spec.at("ports"):
        if protocol_of(port) not in ("HTTP", "TLS"):
            spoken = shown(port.at("protocol").text) if port.has("protocol") else "an unset protocol"
            yield port.at("protocol").problem(
                f"{spoken} does not say the host of a request, which resolution {_DYNAMIC} needs", "Use HTTP or TLS"
            )
    location = spec.at("location")
    if location.text not in (None, "MESH_EXTERNAL"):
        yield location.problem(
            f"{shown(location.text)} is refused with resolution {_DYNAMIC}", "Use MESH_EXTERNAL, or remove it"
        )


def _port_names(spec: Node) -> frozenset[str]:
    return frozenset(port.at("name").text or "" for port in spec.at("ports"))
