"""PeerAuthentication resources."""

from collections.abc import Mapping

from components.kinds.reasons import REASON
from components.platform.labels import COMMON_LABELS
from components.platform.manifest import Manifest
from components.security.ends import UNTIL
from components.security.mtls.settings import MtlsMode, MtlsSettings, NamespaceMtls, WorkloadMtls
from components.settings.problems import Path

WHOLE = "default"
"""The name of the policy of a whole mesh or namespace; Istio's own convention."""


def mtls_policies(mtls: MtlsSettings, root_namespace: str) -> dict[str, Manifest]:
    """Every PeerAuthentication by its role: mesh-wide, by namespace, by workload.

    The mesh-wide one is that without a selector in the root namespace.
    Source: istio.io/latest/docs/reference/config/security/peer_authentication.
    """
    policies = {"mesh-wide": _policy(WHOLE, root_namespace, {"mtls": {"mode": mtls.mode.value}})}
    for namespace, settings in mtls.namespaces.items():
        if settings.mode:
            spec = {"mtls": {"mode": settings.mode.value}}
            policies[namespace] = _policy(WHOLE, namespace, spec, settings)
        for name, workload in settings.workloads.items():
            policies[f"{namespace}-{name}"] = _policy(name, namespace, _workload_spec(workload), workload)
    return policies


def mtls_origins(mtls: MtlsSettings) -> dict[str, Path]:
    """The path of the setting that each of `mtls_policies` is made from, by the same roles."""
    origins: dict[str, Path] = {"mesh-wide": ("mtls",)}
    for namespace, settings in mtls.namespaces.items():
        origins[namespace] = ("mtls", "namespaces", namespace)
        for name in settings.workloads:
            origins[f"{namespace}-{name}"] = ("mtls", "namespaces", namespace, "workloads", name)
    return origins


def accepts_plain_text(mode: MtlsMode | None) -> bool:
    """Whether a mode lets plain text through; one that is not given does not change anything."""
    return mode in (MtlsMode.PERMISSIVE, MtlsMode.DISABLE)


def _workload_spec(workload: WorkloadMtls) -> dict[str, object]:
    spec: dict[str, object] = {"selector": {"matchLabels": dict(workload.selector.match_labels)}}
    if workload.mode:
        spec["mtls"] = {"mode": workload.mode.value}
    if workload.ports:
        spec["portLevelMtls"] = {str(port): {"mode": mode.value} for port, mode in workload.ports.items()}
    return spec


def _policy(
    name: str, namespace: str, spec: Mapping[str, object], said: NamespaceMtls | WorkloadMtls | None = None
) -> Manifest:
    notes = {REASON: said.reason, UNTIL: said.until[:10] if said.until else None} if said else {}
    annotations = {key: text for key, text in notes.items() if text}
    return {
        "apiVersion": "security.istio.io/v1",
        "kind": "PeerAuthentication",
        "metadata": {
            "name": name,
            "namespace": namespace,
            "labels": COMMON_LABELS,
            **({"annotations": annotations} if annotations else {}),
        },
        "spec": dict(spec),
    }
