"""The network policy of istiod."""

from components.security.network_policies.monitoring import askers, collectors
from components.security.network_policies.peers import (
    ISTIOD,
    ISTIOD_XDS,
    Rule,
    mesh_peers,
    ranges,
    tcp,
    to_destination,
    to_dns,
)
from components.settings.mesh import MeshSettings

WEBHOOKS = 15017
"""Injection and validation, behind port 443 of the Service."""

MONITORING = 15014
"""Metrics of istiod, and its debug pages where they are on."""

DEBUG = 8080
"""Readiness of istiod, and its debug pages where they are on."""

API_SERVER = (443, 6443)
"""The usual ports of API servers, for clusters of which the stack file does not tell the address."""


def istiod_policy(settings: MeshSettings) -> Rule:
    """The spec of istiod's policy.

    What is not named is closed: 15010 (configuration in plain text), and but for Kiali 8080 (readiness, which the
    kubelet may always ask: kubernetes.io/docs/concepts/services-networking/network-policies says that traffic from
    the pod's own node passes). Ports: istio.io/latest/docs/ops/deployment/application-requirements.
    """
    return {
        "podSelector": {"matchLabels": dict(ISTIOD)},
        "policyTypes": ["Ingress", "Egress"],
        "ingress": _ingress(settings),
        "egress": _egress(settings),
    }


def _ingress(settings: MeshSettings) -> list[Rule]:
    sources = ranges(settings.network_policies.api_server)
    scraping, asking = collectors(settings), askers(settings)
    return [
        {"from": mesh_peers(settings), "ports": tcp(ISTIOD_XDS)},
        # Without addresses from anywhere: the API server is no pod that could be selected.
        {**({"from": sources} if sources else {}), "ports": tcp(WEBHOOKS)},
        *([{"from": scraping, "ports": tcp(MONITORING)}] if scraping else []),
        *([{"from": asking, "ports": tcp(MONITORING, DEBUG)}] if asking else []),
    ]


def _egress(settings: MeshSettings) -> list[Rule]:
    policies = settings.network_policies
    known = ranges(policies.api_server)
    return [
        {"to": known} if known else {"ports": tcp(*API_SERVER)},
        *to_dns(policies.dns),
        *(to_destination(one) for one in policies.istiod.egress),
    ]
