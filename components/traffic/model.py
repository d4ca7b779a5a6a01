"""All that a stack says about traffic: objects in their own field names, and those made from other settings."""

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property

from components.kinds.catalog import Kind
from components.services.names import cluster_host
from components.traffic.names import EVERYWHERE, full_host, service_of
from components.traffic.part import Part
from components.traffic.workloads import Call, Labels, Workload

NETWORKING = "networking.istio.io"
SECURITY = "security.istio.io"
GATEWAY_API = "gateway.networking.k8s.io"

SERVICE = Kind(group="", kind="Service", plural="services", versions=("v1",))
"""Kubernetes' own; no stack file holds one, but some are made."""


@dataclass(frozen=True, kw_only=True)
class TrafficModel:
    """The objects of a stack by kind, host and namespace, and what is known of Services and pods.

    Objects that other checks refuse are in it, so that nobody misses them, but are not judged.
    """

    parts: tuple[Part, ...]
    workloads: Mapping[str, Workload]
    """The pods behind a Service, by its full host."""
    gateways: Mapping[tuple[str, str], Labels]
    """The labels of the pods of each entry of mesh.gateways, by namespace and name."""
    described: frozenset[str]
    """Namespaces whose Services are entries of mesh.services."""
    own_namespaces: frozenset[str]
    """Namespaces that the stack makes or keeps objects in, so that what is there is part of it."""
    root_namespace: str
    registry_only: bool
    """Whether proxies drop what goes to hosts that the mesh does not know."""
    defaults: Mapping[str, tuple[str, ...]]
    """Namespaces that see objects without exportTo, by kind, where the mesh config says so."""
    calls: tuple[Call, ...]
    """The calls between services that the stack declares."""
    production: bool
    """Whether what production refuses is refused."""
    trust_domains: tuple[str, ...]
    """The trust domain of the mesh, then its aliases."""
    federated: bool
    """Whether there are further roots of trust, and so perhaps identities of other trust domains."""
    path_normalization: str | None
    """How paths are made uniform, where the mesh config says so."""
    providers: Mapping[str, str]
    """Kinds of the mesh's extension providers by name."""
    istio_version: str
    """The version of Istio."""
    alpha_gateway_api: bool
    """Whether istiod reads the kinds and listeners of the Gateway API that it calls alpha."""
    several_authorizers: bool
    """Whether istiod takes CUSTOM policies of several authorizers for one workload."""
    unsure: frozenset[str]
    """Kinds of which an object is refused, so that another may be missed in vain; '*' for all kinds."""

    @cached_property
    def by_kind(self) -> Mapping[tuple[str, str], list[Part]]:
        """All objects by group and kind."""
        found: dict[tuple[str, str], list[Part]] = {}
        for part in self.parts:
            found.setdefault(part.key, []).append(part)
        return found

    def istio(self, kind: str) -> list[Part]:
        """The objects of one of Istio's networking kinds."""
        return self.by_kind.get((NETWORKING, kind), [])

    def security(self, kind: str) -> list[Part]:
        """The objects of one of Istio's security kinds."""
        return self.by_kind.get((SECURITY, kind), [])

    def gateway_api(self, kind: str) -> list[Part]:
        """The objects of one of the Gateway API's kinds."""
        return self.by_kind.get((GATEWAY_API, kind), [])

    def whole(self, *kinds: str) -> bool:
        """Whether every object of these kinds is known, so that one that is missing is missing indeed."""
        return self.unsure.isdisjoint({"*", *kinds})

    def visible(self, part: Part) -> frozenset[str]:
        """The namespaces that see an object; `*` for all. Source: exportTo in Istio's references."""
        given = part.spec.at("exportTo").texts or self.defaults.get(part.kind) or (EVERYWHERE,)
        return frozenset(part.namespace if one == "." else one for one in given if one != "~")

    @cached_property
    def services(self) -> frozenset[str]:
        """Full hosts of the Services that the stack makes or describes."""
        made = {cluster_host(part.name, part.namespace) for part in self.by_kind.get(SERVICE.key, [])}
        return frozenset({*made, *self.workloads, *(cluster_host(name, place) for place, name in self.gateways)})

    @cached_property
    def istio_gateways(self) -> Mapping[tuple[str, str], Part]:
        """Istio's Gateways by namespace and name."""
        return {(one.namespace, one.name): one for one in self.istio("Gateway")}

    @cached_property
    def entries(self) -> Mapping[str, list[Part]]:
        """ServiceEntries by host, `*.` included."""
        return self._by_host("ServiceEntry", "hosts")

    @cached_property
    def rules(self) -> Mapping[str, list[Part]]:
        """DestinationRules by full host, `*.` included."""
        return self._by_host("DestinationRule", "host")

    def home(self, host: str) -> str | None:
        """The namespace of the Service or ServiceEntry behind a full host; None when it is not known."""
        found = service_of(host)
        if found:
            return found[0]
        entries = self.entries.get(host) or []
        return entries[0].namespace if len(entries) == 1 else None

    def _by_host(self, kind: str, field: str) -> dict[str, list[Part]]:
        found: dict[str, list[Part]] = {}
        for part in self.istio(kind):
            node = part.spec.at(field)
            hosts = node.texts or ([node.text] if node.text else [])
            for host in dict.fromkeys(full_host(one, part.namespace) for one in hosts):
                found.setdefault(host, []).append(part)
        return found
