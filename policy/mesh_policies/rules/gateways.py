"""What gateways listen to, and how."""

from collections.abc import Iterator

from mesh_policies.findings import Finding
from mesh_policies.helm import chart_of
from mesh_policies.policy import Policy
from mesh_policies.resources import Path, Resource, at, entries, fields
from mesh_policies.rules.signature import Parameters

_ISTIO = "networking.istio.io"
_GATEWAY_API = "gateway.networking.k8s.io"
_ROUTES_WITH_HOSTS = ("HTTPRoute", "GRPCRoute", "TLSRoute")
_WITHIN_THE_MESH = ("Service", "ServiceEntry")
"""Parents of routes within the mesh, which have hosts of their own."""
_NAME_HOSTS = "Name the hosts"
_TERMINATING = ("SIMPLE", "MUTUAL", "OPTIONAL_MUTUAL", "ISTIO_MUTUAL")
"""The modes in which the gateway itself ends TLS (networking/v1 ServerTLSSettings)."""
_VERSIONS = ("TLSV1_0", "TLSV1_1", "TLSV1_2", "TLSV1_3")
_DEFAULT_MINIMUM = "TLSV1_2"
"""What TLS_AUTO and no version at all mean for servers (networking/v1 ServerTLSSettings.TLSProtocol)."""


def any_host(resource: Resource, _policy: Policy, _parameters: Parameters) -> Iterator[Finding]:
    """Servers, listeners and routes for all hosts."""
    for path, host in _hosts(resource):
        if isinstance(host, str) and host.rpartition("/")[2] == "*":
            yield Finding(path, f"'{host}' takes every host", _NAME_HOSTS)
    if resource.is_a(_GATEWAY_API, "Gateway") and not _waypoint(resource):
        for index, listener in enumerate(entries(resource.at("spec", "listeners"))):
            if at(listener, "protocol") in ("HTTP", "HTTPS", "TLS") and at(listener, "hostname") in (None, "", "*"):
                yield Finding(("spec", "listeners", index), "without `hostname` it takes every host", _NAME_HOSTS)
    if _route_without_hosts(resource):
        yield Finding(("spec", "hostnames"), "missing, so that it takes every host of its Gateway", _NAME_HOSTS)


def _route_without_hosts(resource: Resource) -> bool:
    """Whether a route of the Gateway API names no hosts and is bound to a Gateway; bound to a Service it needs none.

    Without a kind a parent is a Gateway, and without hostnames a route takes those of the listener. Source:
    gateway-api.sigs.k8s.io/reference/spec, ParentReference and HTTPRouteSpec.
    """
    if resource.partial or not any(resource.is_a(_GATEWAY_API, kind) for kind in _ROUTES_WITH_HOSTS):
        return False
    parents = [at(one, "kind") or "Gateway" for one in entries(resource.at("spec", "parentRefs"))]
    edge = any(isinstance(kind, str) and kind not in _WITHIN_THE_MESH for kind in parents)
    return edge and resource.at("spec", "hostnames") in (None, [], ())


def _hosts(resource: Resource) -> Iterator[tuple[Path, object]]:
    """The hosts of Istio's Gateways, where a namespace may stand before each, and of VirtualServices."""
    if resource.is_a(_ISTIO, "Gateway"):
        for index, server in enumerate(entries(resource.at("spec", "servers"))):
            for position, host in enumerate(entries(at(server, "hosts"))):
                yield ("spec", "servers", index, "hosts", position), host
    elif resource.is_a(_ISTIO, "VirtualService"):
        for index, host in enumerate(entries(resource.at("spec", "hosts"))):
            yield ("spec", "hosts", index), host


def tls_version(resource: Resource, _policy: Policy, parameters: Parameters) -> Iterator[Finding]:
    """Servers, and the mesh's defaults for them, that speak an older version than the oldest one allowed."""
    minimum: str = parameters["minimum"]
    if resource.is_a(_ISTIO, "Gateway"):
        for index, server in enumerate(entries(resource.at("spec", "servers"))):
            tls = fields(at(server, "tls"))
            if tls.get("mode", "SIMPLE") in _TERMINATING and (set(tls) - {"httpsRedirect"}):
                yield from _old(tls, ("spec", "servers", index, "tls"), minimum)
    elif (chart := chart_of(resource)) and chart.name == "istiod":
        for section in ("tlsDefaults", "meshMTLS"):
            path, given = chart.value(("meshConfig", section))
            if given:
                yield from _old(fields(given), path, minimum)


def _old(tls: object, path: Path, minimum: str) -> Iterator[Finding]:
    lowest, highest = at(tls, "minProtocolVersion"), at(tls, "maxProtocolVersion")
    fix = f"Set minProtocolVersion to {minimum}"
    meant = _DEFAULT_MINIMUM if lowest in (None, "TLS_AUTO") else lowest
    if meant in _VERSIONS and _VERSIONS.index(meant) < _VERSIONS.index(minimum):
        problem = f"{meant} is older than {minimum}" if meant == lowest else f"missing, and {meant} is the default"
        yield Finding((*path, "minProtocolVersion"), problem, fix)
    if highest in _VERSIONS and _VERSIONS.index(highest) < _VERSIONS.index(minimum):
        yield Finding((*path, "maxProtocolVersion"), f"{highest} is older than {minimum}", "Remove it")


def _waypoint(resource: Resource) -> bool:
    """Whether a Gateway is one within the mesh, which takes what it is sent by ztunnel."""
    return resource.at("spec", "gatewayClassName") in ("istio-waypoint", "istio-east-west")
