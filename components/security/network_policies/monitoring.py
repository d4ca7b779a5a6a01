"""Who collects metrics, and who asks istiod about the mesh."""

from components.observability.addons.workloads import addon_workloads
from components.security.network_policies.peers import Rule, pods_peer
from components.settings.mesh import MeshSettings


def collectors(settings: MeshSettings) -> list[Rule]:
    """The pods that collect metrics: those of the settings, and the installed Prometheus."""
    given = settings.network_policies.monitoring
    named = [pods_peer(given.namespace, given.pod_labels)] if given else []
    scraping = [one for one in addon_workloads(settings.addons) if one.scrapes_mesh]
    return [*named, *(pods_peer(one.namespace, one.labels) for one in scraping)]


def askers(settings: MeshSettings) -> list[Rule]:
    """The pods of addons that ask istiod for its view of the mesh: Kiali's."""
    asking = [one for one in addon_workloads(settings.addons) if one.calls_istiod]
    return [pods_peer(one.namespace, one.labels) for one in asking]
