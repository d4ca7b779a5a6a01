"""Which namespaces the mesh has, and what is in their objects."""

from components.namespaces.settings import Injection, InjectionRevision, NamespaceSettings
from components.observability.addons.charts import installed_addons
from components.platform.labels import COMMON_LABELS
from components.platform.manifest import Manifest
from components.settings.mesh import MeshSettings
from components.settings.workload import ResourceAmounts


def mesh_namespaces(settings: MeshSettings) -> dict[str, NamespaceSettings]:
    """Every namespace of the mesh by name: those of istiod, the gateways and the addons, and the declared ones.

    Addons have no sidecars: Prometheus collects from proxies and from what has none, and proxies send spans to Jaeger.
    """
    implied = [settings.control_plane.namespace, *(one.namespace for one in settings.gateways.values())]
    addons = {settings.addons.namespace: NamespaceSettings(injection=Injection.DISABLED)}
    own = addons if installed_addons(settings.addons) else {}
    return own | dict.fromkeys(implied, NamespaceSettings()) | settings.namespaces


def foreign_namespaces(settings: MeshSettings) -> list[str]:
    """Namespaces in which istiod's trust bundles would stay behind: those of the settings, and the labelled ones."""
    labelled = [name for name, one in settings.namespaces.items() if not one.create]
    return list(dict.fromkeys([*settings.control_plane.trust_bundle_namespaces, *labelled]))


def injected(namespace: NamespaceSettings) -> bool:
    """Whether pods of a namespace get a sidecar without asking for it."""
    return namespace.injection is Injection.ENABLED or isinstance(namespace.injection, InjectionRevision)


def namespace_labels(namespace: NamespaceSettings) -> dict[str, str]:
    """The labels of a namespace; without a choice about injection there is no label, and each pod decides.

    A namespace that is not the program's own is not marked as such.
    """
    own = COMMON_LABELS if namespace.create else {}
    return own | namespace.labels | _injection(namespace) | _pod_security(namespace)


def quota_manifest(name: str, namespace: NamespaceSettings) -> Manifest | None:
    """The ResourceQuota of the namespace `name`; None without one."""
    if not namespace.resource_quota:
        return None
    return _manifest("ResourceQuota", name) | {"spec": {"hard": dict(namespace.resource_quota)}}


def limits_manifest(name: str, namespace: NamespaceSettings) -> Manifest | None:
    """The LimitRange of the namespace `name`; None without one."""
    limits = namespace.limits
    if limits is None:
        return None
    amounts = {
        "default": _amounts(limits.limits),
        "defaultRequest": _amounts(limits.requests),
        "max": _amounts(limits.max),
    }
    bounds = {key: value for key, value in amounts.items() if value}
    return _manifest("LimitRange", name) | {"spec": {"limits": [{"type": "Container", **bounds}]}}


def _injection(namespace: NamespaceSettings) -> dict[str, str]:
    match namespace.injection:
        case InjectionRevision(revision=revision):
            return {"istio.io/rev": revision}
        case Injection() as word:
            return {"istio-injection": word.value}
        case None:
            return {}


def _pod_security(namespace: NamespaceSettings) -> dict[str, str]:
    levels = namespace.pod_security.model_dump(mode="json", exclude_none=True)
    return {f"pod-security.kubernetes.io/{mode}": level for mode, level in levels.items()}


def _manifest(kind: str, namespace: str) -> dict[str, object]:
    metadata = {"name": "istio-mesh", "namespace": namespace, "labels": COMMON_LABELS}
    return {"apiVersion": "v1", "kind": kind, "metadata": metadata}


def _amounts(amounts: ResourceAmounts) -> dict[str, str]:
    return amounts.model_dump(exclude_none=True)
