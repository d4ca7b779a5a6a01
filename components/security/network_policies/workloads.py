"""The network policies of the namespaces with workloads of the mesh: what their pods may call."""

from components.mesh_config.settings import OutboundMode
from components.security.network_policies.outside import outside_rules
from components.security.network_policies.peers import (
    Rule,
    callees,
    mesh_members,
    to_destination,
    to_dns,
    to_istiod,
)
from components.security.network_policies.settings import NamespaceEgress
from components.settings.later import imported_when_used
from components.settings.mesh import MeshSettings

with imported_when_used():
    from components.services.callers import called
    from components.services.externals import ExternalSettings


def egress_restricted(settings: MeshSettings) -> bool:
    """Whether pods of the mesh may call only what is declared."""
    said = settings.network_policies.egress.enabled
    outbound = settings.mesh_config.outbound_traffic_policy
    return said if said is not None else bool(outbound and outbound.mode is OutboundMode.REGISTRY_ONLY)


def restricted_namespaces(settings: MeshSettings) -> list[str]:
    """The namespaces whose pods are restricted, sorted: all of the mesh but those of gateways alone."""
    if not egress_restricted(settings):
        return []
    given = settings.network_policies.egress.namespaces
    gateways = {one.namespace for one in settings.gateways.values()}
    services = {one.namespace for one in settings.services.values()}
    return [
        name
        for name in mesh_members(settings)
        if (name not in gateways or name in services) and given.get(name, NamespaceEgress()).enabled
    ]


def egress_policy(settings: MeshSettings, namespace: str) -> Rule:
    """The spec of the policy of one namespace: the mesh on every port, istiod, DNS, and what is declared.

    The gateways are part of the mesh, egress gateways among them. External services that no egress gateway leads to
    are called by the pods themselves, and so have to be open here.
    """
    given = settings.network_policies.egress
    own = given.namespaces.get(namespace, NamespaceEgress())
    return {
        "podSelector": {},
        "policyTypes": ["Egress"],
        "egress": [
            to_istiod(settings.control_plane.namespace),
            *to_dns(settings.network_policies.dns),
            {"to": callees(settings)},
            *outside_rules(called_directly(settings, namespace)),
            *(to_destination(one) for one in (*given.allow, *own.allow)),
        ],
    }


def called_directly(settings: MeshSettings, namespace: str) -> list[ExternalSettings]:
    """The external services that pods of a namespace may call without an egress gateway.

    Those that its services name in `calls`; all where one of them does not say what it calls, or where nothing is
    said about the namespace's services.
    """
    services = [one for one in settings.services.values() if one.namespace == namespace]
    told = bool(services) and all(one.calls is not None for one in services)
    wanted = {name for one in services for name in called(one.calls)}
    return [
        external
        for name, external in settings.externals.items()
        if external.egress_gateway is None and (not told or name in wanted)
    ]
