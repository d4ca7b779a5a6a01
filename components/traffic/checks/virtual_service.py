"""Checks of a VirtualService by itself; what other resources have to say about it is checked elsewhere.

Source: ValidateVirtualService in pkg/config/validation/validation.go.
"""

from collections.abc import Iterator

from components.gateways.hosts import hosts_match
from components.kinds.node import Node
from components.kinds.resource import Resource
from components.settings.problems import Problem
from components.settings.wording import shown
from components.traffic.checks.coverage import covers, l4_covers
from components.traffic.checks.hosts import is_auto_passthrough
from components.traffic.checks.http_match import MESH_GATEWAY, gateway_name_problems, is_claim
from components.traffic.checks.http_routes import http_route_problems
from components.traffic.checks.l4_routes import tcp_route_problems, tls_route_problems
from components.traffic.checks.shadowing import shadow_problems
from components.traffic.checks.values import export_to_problems, host_problems

_PROTOCOLS = ("http", "tls", "tcp")


def virtual_service_problems(resource: Resource) -> Iterator[Problem]:
    """What Istio refuses of a VirtualService, what it only warns about, and rules of this project."""
    spec = resource.spec
    delegate = not spec.at("hosts").items
    if delegate:
        yield from _delegate_problems(spec)
    yield from gateway_name_problems(spec.at("gateways"))
    yield from _host_problems(spec)
    if not any(spec.at(protocol).items for protocol in _PROTOCOLS):
        yield spec.problem("has no routes", "Add http, tls or tcp")
    for route in spec.at("http"):
        yield from http_route_problems(route, delegate=delegate)
    for route in spec.at("tls"):
        yield from tls_route_problems(route, spec.at("hosts").texts)
    for route in spec.at("tcp"):
        yield from tcp_route_problems(route)
    yield from _claim_problems(spec)
    yield from export_to_problems(spec.at("exportTo"), namespace=resource.namespace, nobody=False)
    yield from shadow_problems(spec.at("http"), covers)
    yield from shadow_problems(spec.at("tls"), l4_covers)
    yield from shadow_problems(spec.at("tcp"), l4_covers)


def _delegate_problems(spec: Node) -> Iterator[Problem]:
    """Without hosts it is one that others delegate to, whose gateways count, and which has HTTP routes only."""
    for field in ("gateways", "tls", "tcp"):
        if spec.at(field).items:
            yield spec.at(field).problem(
                "a VirtualService without hosts is delegated to, and has HTTP routes only",
                f"Add hosts, or remove {field}",
            )


def _on_gateways_only(spec: Node) -> bool:
    """Whether no sidecar gets it (isGateway)."""
    gateways = spec.at("gateways").texts
    return bool(gateways) and MESH_GATEWAY not in gateways


def _host_problems(spec: Node) -> Iterator[Problem]:
    only_gateways = _on_gateways_only(spec)
    by_sni = any(match.at("sniHosts").items for route in spec.at("tls") for match in route.at("match"))
    sound = True
    for host in spec.at("hosts"):
        if host.text == "*" and not only_gateways:
            yield host.problem(
                "'*' is every host of the mesh, which Istio refuses for sidecars",
                "Name the hosts, or name gateways without 'mesh'",
            )
            sound = False
        elif not (only_gateways and by_sni and is_auto_passthrough(host.text or "")):
            found = list(host_problems(host, wildcard=True, everything=True, address=True))
            sound = sound and not found
            yield from found
    if sound:
        yield from _overlap_problems(spec.at("hosts"))


def _overlap_problems(hosts: Node) -> Iterator[Problem]:
    """A host that another of the same VirtualService stands for."""
    texts = [(host, host.text) for host in hosts if host.text is not None]
    for index, (host, text) in enumerate(texts):
        other = next((one for _, one in texts[:index] if hosts_match(text, one)), None)
        if other == text:
            yield host.problem(f"{shown(text)} is given twice", "Give each host once")
        elif other is not None:
            yield host.problem(f"{shown(text)} overlaps with {shown(other)}", "Keep one of them")


def _claim_problems(spec: Node) -> Iterator[Problem]:
    """Claims of a token are only known at gateways: no sidecar may get a VirtualService that routes by them."""
    if _on_gateways_only(spec):
        return
    for route in spec.at("http"):
        for match in route.at("match"):
            for field in ("headers", "withoutHeaders"):
                for name, one in match.at(field).entries:
                    if is_claim(name):
                        yield one.problem(
                            "routes by a claim of a token are for gateways only, and sidecars get this VirtualService",
                            "Name gateways without 'mesh'",
                        )
