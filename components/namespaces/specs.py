"""Which namespaces the mesh has, and their labels."""

from components.namespaces.settings import NamespaceSettings
from components.platform.labels import COMMON_LABELS
from components.settings.mesh import MeshSettings


def mesh_namespaces(settings: MeshSettings) -> dict[str, NamespaceSettings]:
    """Every namespace of the mesh by name: the root namespace, those of the gateways, and the declared ones."""
    implied = [settings.control_plane.namespace, *(one.namespace for one in settings.gateways.values())]
    return dict.fromkeys(implied, NamespaceSettings()) | settings.namespaces


def namespace_labels(namespace: NamespaceSettings) -> dict[str, str]:
    """The labels of a namespace; without a choice about injection there is no label, and each pod decides."""
    injection = {"istio-injection": namespace.injection.value} if namespace.injection else {}
    return COMMON_LABELS | namespace.labels | injection
