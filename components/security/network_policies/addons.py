"""The network policies of the installed addons: who may connect to them."""

from components.observability.addons.workloads import AddonPort, AddonWorkload, Callers
from components.security.network_policies.peers import Rule, mesh_peers, pods_peer, ranges, tcp
from components.settings.mesh import MeshSettings


def addon_policy(settings: MeshSettings, addon: AddonWorkload) -> Rule:
    """The spec of the policy of one workload of an addon.

    Dashboards are reached by `kubectl port-forward`, which comes from the pod's own node and so always passes. What
    addons may call is left open: an Alertmanager has receivers anywhere, and a Grafana further sources.
    """
    return {
        "podSelector": {"matchLabels": dict(addon.labels)},
        "policyTypes": ["Ingress"],
        "ingress": [rule for callers in Callers if (rule := _ingress(settings, addon, callers)) is not None],
    }


def _ingress(settings: MeshSettings, addon: AddonWorkload, callers: Callers) -> Rule | None:
    ports: list[AddonPort] = [one for one in addon.ports if one.callers is callers]
    if not ports:
        return None
    sources = {
        Callers.ADDONS: [pods_peer(addon.namespace, {})],
        Callers.MESH: mesh_peers(settings),
        Callers.API_SERVER: ranges(settings.network_policies.api_server),
    }[callers]
    return {**({"from": sources} if sources else {}), "ports": tcp(*(one.port for one in ports))}
