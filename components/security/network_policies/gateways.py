"""The network policies of the gateways."""

from components.gateways.ports import STATUS_PORT
from components.gateways.settings import ExternalTrafficPolicy, GatewaySettings, ServiceType
from components.gateways.values import selector_label, service_ports
from components.security.network_policies.monitoring import collectors
from components.security.network_policies.outside import outside_rules
from components.security.network_policies.peers import (
    Rule,
    callees,
    mesh_peers,
    ranges,
    tcp,
    to_destination,
    to_dns,
    to_istiod,
)
from components.security.network_policies.settings import GatewayNetworkPolicy
from components.settings.mesh import MeshSettings

PROXY_METRICS = (15020, 15090)
"""Metrics of a proxy: those of agent and Envoy together, and Envoy's alone."""


def gateway_policy(settings: MeshSettings, name: str) -> Rule:
    """The spec of the policy of the gateway `name`.

    Its pods take the ports of the Service's targets from those who are to reach them, readiness from everybody, for
    load balancers probe it, and metrics from whoever collects them. They reach istiod, DNS, the pods of the mesh on
    every port, and outside what `externals` leads through them. A pod with a sidecar is reached on the port of its
    application, for the redirection to the sidecar happens inside the pod.
    """
    gateway = settings.gateways[name]
    given = settings.network_policies.gateways.get(name, GatewayNetworkPolicy())
    scraping = collectors(settings)
    opened = sorted({port.target_port or port.port for port in service_ports(gateway)})
    return {
        "podSelector": {"matchLabels": {"app": name, "istio": selector_label(name)}},
        "policyTypes": ["Ingress", "Egress"],
        "ingress": [
            {**_sources(settings, gateway, given), "ports": tcp(*opened)},
            {"ports": tcp(STATUS_PORT)},
            *([{"from": scraping, "ports": tcp(*PROXY_METRICS)}] if scraping else []),
        ],
        "egress": [
            to_istiod(settings.control_plane.namespace),
            *to_dns(settings.network_policies.dns),
            {"to": callees(settings)},
            *outside_rules([one for one in settings.externals.values() if one.egress_gateway == name]),
            *(to_destination(one) for one in given.egress),
        ],
    }


def _sources(settings: MeshSettings, gateway: GatewaySettings, given: GatewayNetworkPolicy) -> Rule:
    """Who reaches the servers; an empty rule for everybody.

    Only with externalTrafficPolicy Local do pods see the client's own address
    (kubernetes.io/docs/tasks/access-application-cluster/create-external-load-balancer): else the ranges are the load
    balancer's and kube-proxy's alone to enforce, for the pods see a node.
    """
    service = gateway.service
    if given.sources:
        return {"from": ranges(given.sources)}
    if service.type is ServiceType.CLUSTER_IP:
        return {"from": mesh_peers(settings)}
    kept = service.external_traffic_policy is ExternalTrafficPolicy.LOCAL
    if kept and service.load_balancer_source_ranges:
        return {"from": ranges(service.load_balancer_source_ranges)}
    return {}
