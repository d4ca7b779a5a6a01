"""Settings of the network policies."""

from typing import Annotated

from pydantic import Field

from components.settings.field_types import Cidr, DnsLabel, LabelKey, LabelValue, Port, ReleaseName
from components.settings.model import SettingsModel


class PodsOfNamespace(SettingsModel):
    """Pods of one namespace."""

    namespace: Annotated[DnsLabel, Field(examples=["monitoring"])]
    """The namespace."""
    pod_labels: dict[LabelKey, LabelValue] = Field(default_factory=dict[str, str])
    """Labels of the pods, all of which have to be there; all pods of the namespace when left out."""


class DnsPods(SettingsModel):
    """The DNS server of the cluster. The defaults are those of kubeadm and of most providers."""

    namespace: DnsLabel = "kube-system"
    """The namespace of its pods; openshift-dns on OpenShift."""
    pod_labels: dict[LabelKey, LabelValue] = Field(default_factory=lambda: {"k8s-app": "kube-dns"})
    """Labels of its pods."""
    pod_ports: Annotated[tuple[Port, ...], Field(min_length=1)] = (53,)
    """The ports of its pods, not of its Service: 5353 on OpenShift."""
    cidrs: tuple[Cidr, ...] = ()
    """Ranges that pods ask besides, on port 53, such as 169.254.20.10/32: the cache of NodeLocal DNSCache is no pod.

    Whether a plugin restricts what goes to the pod's own node differs; Calico does.
    """


class Destination(SettingsModel):
    """Where connections may go: a range of addresses, or pods of a namespace."""

    cidr: Cidr | None = None
    """A range of addresses."""
    namespace: DnsLabel | None = None
    """A namespace, when the destination is not a range of addresses."""
    pod_labels: dict[LabelKey, LabelValue] = Field(default_factory=dict[str, str])
    """Labels of the pods of `namespace`; all its pods when left out."""
    ports: Annotated[tuple[Port, ...], Field(min_length=1)] | None = None
    """The TCP ports there, of the pods and not of a Service; all ports and protocols when left out."""


class IstiodNetworkPolicy(SettingsModel):
    """What istiod may call besides the API server and DNS."""

    egress: tuple[Destination, ...] = ()
    """Further destinations, such as the hosts from which istiod fetches the keys of tokens (jwksUri)."""


class GatewayNetworkPolicy(SettingsModel):
    """The network policy of one gateway, where what follows from the stack is not enough."""

    sources: Annotated[tuple[Cidr, ...], Field(min_length=1)] | None = None
    """Ranges of addresses that may reach its servers, as its pods see them: nodes, unless addresses are kept.

    When left out: for a ClusterIP the namespaces of the mesh; for a LoadBalancer with externalTrafficPolicy Local its
    loadBalancerSourceRanges; everybody else, because the pods see the address of a node.
    """
    egress: tuple[Destination, ...] = ()
    """Further destinations, such as a registry of Wasm modules or services outside the mesh."""


class NamespaceEgress(SettingsModel):
    """What pods of one namespace may call."""

    enabled: bool = True
    """Whether the namespace is restricted at all."""
    allow: tuple[Destination, ...] = ()
    """Further destinations of its pods."""


class EgressSettings(SettingsModel):
    """What pods of the mesh's namespaces may call: the mesh, istiod, DNS, and what is declared."""

    enabled: bool | None = None
    """Whether their connections are restricted; when left out, wherever outboundTrafficPolicy is REGISTRY_ONLY.

    There the sidecars already refuse everything else, and the policy makes a boundary of it.
    """
    allow: tuple[Destination, ...] = ()
    """Further destinations of all of them."""
    namespaces: dict[DnsLabel, NamespaceEgress] = Field(default_factory=dict[str, NamespaceEgress])
    """What holds in single namespaces, by name."""


class NetworkPoliciesSettings(SettingsModel):
    """Kubernetes NetworkPolicies, tighter than those of Istio's charts; a network plugin has to enforce them."""

    enabled: bool
    """Whether there are any."""
    api_server: tuple[Cidr, ...] = ()
    """Ranges of the API server's addresses as pods see them, which alone may call istiod's webhooks.

    When left out, any address may: the API server is no pod, and its address is different in each cluster.
    """
    monitoring: PodsOfNamespace | None = None
    """Who collects metrics from istiod, gateways and sidecars, besides the addons; nobody when left out."""
    dns: DnsPods = DnsPods.defaults()
    """The DNS server of the cluster."""
    istiod: IstiodNetworkPolicy = IstiodNetworkPolicy.defaults()
    """The policy of istiod."""
    gateways: dict[ReleaseName, GatewayNetworkPolicy] = Field(default_factory=dict[str, GatewayNetworkPolicy])
    """The policies of single gateways, by name; each gateway has one."""
    egress: EgressSettings = EgressSettings.defaults()
    """What the workloads of the mesh may call."""
