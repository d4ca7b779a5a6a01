"""NetworkPolicy resources."""

from components.observability.addons.workloads import addon_workloads
from components.platform.labels import COMMON_LABELS
from components.platform.manifest import Manifest
from components.security.network_policies.addons import addon_policy
from components.security.network_policies.gateways import gateway_policy
from components.security.network_policies.istiod import istiod_policy
from components.security.network_policies.peers import Rule
from components.security.network_policies.workloads import egress_policy, restricted_namespaces
from components.settings.mesh import MeshSettings


def network_policies(settings: MeshSettings) -> dict[str, Manifest]:
    """Every NetworkPolicy of a stack by its role; none where they are switched off.

    Policies add up: what one of them allows, no other one forbids
    (kubernetes.io/docs/concepts/services-networking/network-policies).
    """
    if not settings.network_policies.enabled:
        return {}
    found = {"istiod": _policy("istio-mesh-istiod", settings.control_plane.namespace, istiod_policy(settings))}
    for name, gateway in settings.gateways.items():
        policy = _policy(f"istio-mesh-gateway-{name}", gateway.namespace, gateway_policy(settings, name))
        found[f"gateway-{name}"] = policy
    for addon in addon_workloads(settings.addons):
        policy = _policy(f"istio-mesh-addon-{addon.name}", addon.namespace, addon_policy(settings, addon))
        found[f"addon-{addon.name}"] = policy
    for namespace in restricted_namespaces(settings):
        found[f"egress-{namespace}"] = _policy("istio-mesh-egress", namespace, egress_policy(settings, namespace))
    return found


def _policy(name: str, namespace: str, spec: Rule) -> Manifest:
    return {
        "apiVersion": "networking.k8s.io/v1",
        "kind": "NetworkPolicy",
        "metadata": {"name": name, "namespace": namespace, "labels": COMMON_LABELS},
        "spec": spec,
    }
