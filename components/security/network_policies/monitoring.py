"""Who collects metrics."""

from components.security.network_policies.peers import Rule, pods_peer
from components.settings.mesh import MeshSettings


def collectors(settings: MeshSettings) -> list[Rule]:
    """The pods that collect metrics; none where nobody is named."""
    given = settings.network_policies.monitoring
    return [pods_peer(given.namespace, given.pod_labels)] if given else []
