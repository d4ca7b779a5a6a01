"""Checks of the network policies."""

from collections.abc import Iterator, Sequence
from typing import Any, cast
from urllib.parse import urlsplit

from components.kinds.node import Node
from components.security.network_policies.peers import mesh_members
from components.security.network_policies.settings import Destination, NetworkPoliciesSettings
from components.settings.explain import suggestion
from components.settings.later import imported_when_used
from components.settings.mesh import MeshSettings
from components.settings.problems import Path, Problem
from components.settings.ranges import range_problem, range_problems

with imported_when_used():
    from components.observability.addons.shared import ExternalAddon
    from components.security.checks.request_authentication import fetched_from
    from components.security.jwt.specs import jwt_rule

_BASE: Path = ("networkPolicies",)


def network_policy_problems(settings: MeshSettings) -> Iterator[Problem]:
    """Ranges that are none, names that nothing has, and policies that undo each other."""
    policies = settings.network_policies
    yield from range_problems(policies.api_server, (*_BASE, "apiServer"))
    yield from range_problems(policies.dns.cidrs, (*_BASE, "dns", "cidrs"))
    yield from _destination_problems(policies.istiod.egress, (*_BASE, "istiod", "egress"))
    yield from _gateway_problems(settings)
    yield from _egress_problems(settings)
    if policies.enabled:
        yield from _chart_problems(settings)
        yield from _key_problems(settings)
        yield from _monitoring_problems(settings)


def _monitoring_problems(settings: MeshSettings) -> Iterator[Problem]:
    if isinstance(settings.addons.prometheus, ExternalAddon) and settings.network_policies.monitoring is None:
        yield Problem(
            (*_BASE, "monitoring"),
            "required, because `addons.prometheus` is somebody else's, and nobody but it may ask istiod, gateways and "
            "workloads for metrics",
            "Say where its pods are, for example `monitoring: {namespace: monitoring}`",
        )


def _gateway_problems(settings: MeshSettings) -> Iterator[Problem]:
    for name, gateway in settings.network_policies.gateways.items():
        path: Path = (*_BASE, "gateways", name)
        if name not in settings.gateways:
            meant = suggestion(name, settings.gateways)
            fix = f"Did you mean '{meant}'?" if meant else "Declare it there, or remove it"
            yield Problem(path, f"there is no gateway '{name}' in mesh.gateways", fix)
        yield from range_problems(gateway.sources or (), (*path, "sources"))
        yield from _destination_problems(gateway.egress, (*path, "egress"))


def _egress_problems(settings: MeshSettings) -> Iterator[Problem]:
    policies, path = settings.network_policies, (*_BASE, "egress")
    if policies.egress.enabled and not policies.enabled:
        yield Problem(
            (*path, "enabled"),
            "has no effect while networkPolicies.enabled is false",
            "Set networkPolicies.enabled to true, or remove the key",
        )
    yield from _destination_problems(policies.egress.allow, (*path, "allow"))
    known = mesh_members(settings)
    for name, namespace in policies.egress.namespaces.items():
        here: Path = (*path, "namespaces", name)
        if name not in known:
            meant = suggestion(name, known)
            fix = (
                f"Did you mean '{meant}'?" if meant else f"Declare it: `namespaces: {{{name}: {{injection: enabled}}}}`"
            )
            yield Problem(here, f"the mesh has no workloads in a namespace '{name}'", fix)
        yield from _destination_problems(namespace.allow, (*here, "allow"))


def _destination_problems(destinations: Sequence[Destination], path: Path) -> Iterator[Problem]:
    for index, one in enumerate(destinations):
        here = (*path, index)
        if (one.cidr is None) == (one.namespace is None):
            said = "says both" if one.cidr else "says nothing of"
            yield Problem(
                here,
                f"{said} `cidr` and `namespace`, but a destination is one of the two",
                "Keep one of them" if one.cidr else "For example: `{cidr: 203.0.113.0/24, ports: [443]}`",
            )
        if one.cidr and one.pod_labels and not one.namespace:
            yield Problem(
                (*here, "podLabels"), "has no meaning for a range of addresses", "Remove it, or use `namespace`"
            )
        if one.cidr:
            yield from range_problem(one.cidr, (*here, "cidr"))


def _chart_problems(settings: MeshSettings) -> Iterator[Problem]:
    """The charts' own policies, which let everybody in, so that tighter ones beside them forbid nothing."""
    rule = (
        "the chart's policy lets every address connect, and Kubernetes adds policies up, so that mesh.networkPolicies "
        "would forbid nothing"
    )
    chart = settings.control_plane.network_policy
    if chart and chart.enabled:
        fix = "Remove it, or set networkPolicies.enabled to false"
        yield Problem(("controlPlane", "networkPolicy", "enabled"), rule, fix)
    given = cast("dict[str, Any]", settings.istio.extra_values.gateway.get("global") or {}).get("networkPolicy")
    if isinstance(given, dict) and cast("dict[str, Any]", given).get("enabled"):
        path = ("istio", "extraValues", "gateway", "global", "networkPolicy", "enabled")
        yield Problem(path, rule, "Remove it, or set networkPolicies.enabled to false")


def _key_problems(settings: MeshSettings) -> Iterator[Problem]:
    """Keys of tokens that istiod has to fetch, and may not reach.

    istiod fetches them itself and hands them to the proxies (jwks_resolver.go of Istio's pilot/pkg/model); without
    addresses of the API server its policy leaves 443 open towards everybody.
    """
    policies = settings.network_policies
    if not policies.api_server:
        return
    for address in dict.fromkeys(_key_addresses(settings)):
        port = _port(address)
        if not _reaches(policies, port):
            yield Problem(
                (*_BASE, "istiod", "egress"),
                f"istiod fetches the keys of tokens from '{address}', and may reach nothing on port {port} besides the "
                "API server",
                f"Add `{{cidr: RANGE, ports: [{port}]}}` with its addresses, or give the keys as `jwks`",
            )


def _key_addresses(settings: MeshSettings) -> Iterator[str]:
    rules = [Node(jwt_rule(one), ("jwt", name)) for name, one in settings.jwt.items()]
    for index, entry in enumerate(settings.resources):
        if entry.kind == "RequestAuthentication":
            rules += Node(entry.spec, ("resources", index, "spec")).at("jwtRules").items
    yield from (address for rule in rules if (address := fetched_from(rule)))


def _port(address: str) -> int:
    try:
        parts = urlsplit(address)
        return parts.port or (80 if parts.scheme == "http" else 443)
    except ValueError:
        return 443


def _reaches(policies: NetworkPoliciesSettings, port: int) -> bool:
    return any(one.ports is None or port in one.ports for one in policies.istiod.egress)
