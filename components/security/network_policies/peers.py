"""Who is meant in a NetworkPolicy: pods of the mesh, of istiod, of DNS, and addresses."""

from collections.abc import Iterable, Iterator, Mapping
from typing import Any, cast

from components.namespaces.settings import Injection
from components.namespaces.specs import injected
from components.observability.addons.workloads import Callers, addon_workloads
from components.observability.telemetry.collectors import with_providers
from components.security.network_policies.settings import Destination, DnsPods
from components.services.names import CLUSTER_DOMAIN
from components.settings.mesh import MeshSettings

Rule = dict[str, Any]
"""A peer, a port or a rule of a NetworkPolicy, in Kubernetes' own field names."""

NAME_LABEL = "kubernetes.io/metadata.name"
"""The label with a namespace's own name, which the API server keeps.

Source: kubernetes.io/docs/reference/labels-annotations-taints.
"""

_SERVICE_DOMAIN = f".svc.{CLUSTER_DOMAIN}"

ISTIOD = {"app": "istiod"}
"""The label of the pods of every istiod, of whatever revision (chart istiod, templates/deployment.yaml)."""

_AMBIENT = {"istio.io/dataplane-mode": "ambient"}

_UNDECIDED = {
    "matchExpressions": [
        {"key": "istio-injection", "operator": "DoesNotExist"},
        {"key": "istio.io/rev", "operator": "DoesNotExist"},
    ]
}
"""Namespaces in which each pod decides by its labels whether it gets a sidecar."""

_JOINED_PODS: tuple[Rule, ...] = (
    {"namespaceSelector": _UNDECIDED, "podSelector": {"matchLabels": {"sidecar.istio.io/inject": "true"}}},
    {
        "namespaceSelector": _UNDECIDED,
        "podSelector": {
            "matchExpressions": [
                {"key": "istio.io/rev", "operator": "Exists"},
                {"key": "sidecar.istio.io/inject", "operator": "NotIn", "values": ["false"]},
            ]
        },
    },
    {"namespaceSelector": {}, "podSelector": {"matchLabels": _AMBIENT}},
    {
        "namespaceSelector": {},
        "podSelector": {"matchExpressions": [{"key": "gateway.networking.k8s.io/gateway-name", "operator": "Exists"}]},
    },
)
"""Pods that are of the mesh whatever namespace they are in.

Sidecars are given by the pod's labels where the chart's webhooks `object` and `rev.object` do so (chart istiod,
templates/mutatingwebhook.yaml). The last are the pods that istiod deploys for a Gateway of the Gateway API, waypoints
among them (files/kube-gateway.yaml and waypoint.yaml).
"""

ISTIOD_XDS = 15012
"""Configuration and certificates over TLS (istio.io/latest/docs/ops/deployment/application-requirements)."""


_DNS = 53


def mesh_members(settings: MeshSettings) -> list[str]:
    """The namespaces with proxies of the mesh of which the stack file knows, sorted.

    Those of gateways, those with injection, and those of services and the sample that do not switch it off.
    """
    declared = settings.namespaces
    found = {name for name, one in declared.items() if injected(one)}
    used = {one.namespace for one in settings.services.values()}
    if settings.samples.bookinfo:
        used.add(settings.samples.bookinfo.namespace)
    off = {name for name, one in declared.items() if one.injection is Injection.DISABLED}
    return sorted(found | (used - off) | {one.namespace for one in settings.gateways.values()})


def callees(settings: MeshSettings) -> list[Rule]:
    """What proxies of the mesh may call in the cluster: the mesh, declared services without sidecar, and collectors."""
    outside = {one.namespace for one in settings.services.values()} - set(mesh_members(settings))
    called = sorted(outside | set(provider_namespaces(settings)))
    collecting = [
        pods_peer(one.namespace, one.labels)
        for one in addon_workloads(settings.addons)
        if any(port.callers is Callers.MESH for port in one.ports)
    ]
    return [*mesh_peers(settings), *([namespaces_peer(called)] if called else []), *collecting]


def mesh_peers(settings: MeshSettings) -> list[Rule]:
    """All pods of the mesh: of the namespaces that the stack file knows by name, and all that say so by their labels.

    A namespace joins the mesh by a label, with sidecars (istio-injection, istio.io/rev) or in ambient mode
    (istio.io/dataplane-mode), also one of which the stack file says nothing; so do single pods elsewhere. Source:
    istio.io/latest/docs/setup/additional-setup/sidecar-injection and istio.io/latest/docs/ambient/usage/add-workloads.
    """
    return [
        *([namespaces_peer(members)] if (members := mesh_members(settings)) else []),
        {"namespaceSelector": {"matchLabels": {"istio-injection": "enabled"}}},
        {"namespaceSelector": {"matchExpressions": [{"key": "istio.io/rev", "operator": "Exists"}]}},
        {"namespaceSelector": {"matchLabels": _AMBIENT}},
        *_JOINED_PODS,
    ]


def provider_namespaces(settings: MeshSettings) -> list[str]:
    """The namespaces of the Services that extension providers name, which proxies call themselves.

    Such as ext_authz servers, collectors of traces and of access logs. Source:
    istio.io/latest/docs/reference/config/istio.mesh.v1alpha1, MeshConfig.ExtensionProvider.
    """
    providers = with_providers(settings, settings.mesh_config).extension_providers or ()
    found = {name for provider in providers for name in _namespaces(provider)}
    return sorted(found)


def _namespaces(provider: Mapping[str, Any]) -> Iterator[str]:
    for given in provider.values():
        service = cast("Mapping[str, Any]", given).get("service") if isinstance(given, Mapping) else None
        host = str(service or "").rpartition("/")[2].removesuffix(_SERVICE_DOMAIN).removesuffix(".svc")
        name, dot, namespace = host.partition(".")
        if dot and name and "." not in namespace:
            yield namespace


def namespaces_peer(names: Iterable[str]) -> Rule:
    """All pods of the namespaces with these names."""
    wanted = {"key": NAME_LABEL, "operator": "In", "values": sorted(set(names))}
    return {"namespaceSelector": {"matchExpressions": [wanted]}}


def pods_peer(namespace: str, labels: Mapping[str, str]) -> Rule:
    """Pods with all of `labels` in one namespace; all its pods without labels."""
    pods = {"podSelector": {"matchLabels": dict(labels)}} if labels else {}
    return {"namespaceSelector": {"matchLabels": {NAME_LABEL: namespace}}, **pods}


def ranges(cidrs: Iterable[str]) -> list[Rule]:
    """Ranges of addresses."""
    return [{"ipBlock": {"cidr": one}} for one in cidrs]


def tcp(*ports: int) -> list[Rule]:
    """TCP ports of the selected pods, or of the destination's pods."""
    return [{"protocol": "TCP", "port": one} for one in ports]


def to_istiod(root_namespace: str) -> Rule:
    """What every proxy needs: its configuration and its certificate."""
    return {"to": [pods_peer(root_namespace, ISTIOD)], "ports": tcp(ISTIOD_XDS)}


def to_dns(dns: DnsPods) -> list[Rule]:
    """Names, by UDP and by TCP: from the pods of the DNS server, and from the addresses where there are others."""
    asked: Rule = {"to": [pods_peer(dns.namespace, dns.pod_labels)], "ports": _both_protocols(dns.pod_ports)}
    return [asked, *([{"to": ranges(dns.cidrs), "ports": _both_protocols([_DNS])}] if dns.cidrs else [])]


def _both_protocols(ports: Iterable[int]) -> list[Rule]:
    return [{"protocol": protocol, "port": port} for port in ports for protocol in ("UDP", "TCP")]


def to_destination(destination: Destination) -> Rule:
    """One destination of the settings."""
    peer = (
        pods_peer(destination.namespace, destination.pod_labels)
        if destination.namespace
        else {"ipBlock": {"cidr": destination.cidr}}
    )
    return {"to": [peer], **({"ports": tcp(*destination.ports)} if destination.ports else {})}
