"""The PeerAuthentications of a stack, and which mode of mutual TLS holds by them at a port of a service."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cached_property

from components.kinds.node import Node
from components.resources.node import resource_node
from components.security.mtls.specs import mtls_policies
from components.security.selection import Pods, mtls_mode
from components.services.names import pod_labels
from components.settings.mesh import MeshSettings
from components.traffic.simulation.mesh_object import MeshObject

_SECURITY, _KIND = "security.istio.io", "PeerAuthentication"


def peer_authentications(settings: MeshSettings) -> Iterator[MeshObject]:
    """Those of the stack. Two for the same pods, of which Istio would take the older one, are refused elsewhere."""
    for manifest in mtls_policies(settings.mtls, settings.control_plane.namespace).values():
        yield _object(Node(manifest, ("mtls",)))
    for index, entry in enumerate(settings.resources):
        if (entry.api_version.rpartition("/")[0], entry.kind) == (_SECURITY, _KIND):
            yield _object(resource_node(entry, index))


def _object(node: Node) -> MeshObject:
    metadata = node.at("metadata")
    namespace, name = metadata.at("namespace").text or "", metadata.at("name").text or ""
    return MeshObject(_SECURITY, _KIND, namespace, name, node.at("spec"), metadata)


@dataclass(frozen=True)
class EffectiveModes:
    """Which mode holds at a port of the pods of an entry of `services`, by `mtls` and `resources` together."""

    settings: MeshSettings

    @cached_property
    def _by_namespace(self) -> Mapping[str, list[MeshObject]]:
        """Gathered once: many services ask, and each is meant by its own namespace's and the root one's alone."""
        found: dict[str, list[MeshObject]] = {}
        for policy in peer_authentications(self.settings):
            found.setdefault(policy.namespace, []).append(policy)
        return found

    def at(self, key: str, port: int) -> str:
        """The mode at a port of the pods of the service `key`."""
        service, root = self.settings.services[key], self.settings.control_plane.namespace
        pods = Pods(namespace=service.namespace, labels=pod_labels(key, service))
        homes = dict.fromkeys((root, service.namespace))
        policies = [policy for home in homes for policy in self._by_namespace.get(home, ())]
        return mtls_mode(policies, pods, root, port).mode
