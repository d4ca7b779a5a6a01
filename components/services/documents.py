"""Objects that are derived from other settings, and where in the stack file they come from."""

from collections.abc import Mapping
from dataclasses import dataclass

from components.platform.labels import COMMON_LABELS
from components.platform.manifest import Manifest
from components.settings.problems import Path

_VERSIONS: Mapping[str, str] = {
    "VirtualService": "networking.istio.io/v1",
    "DestinationRule": "networking.istio.io/v1",
    "Gateway": "networking.istio.io/v1",
    "ServiceEntry": "networking.istio.io/v1",
    "Sidecar": "networking.istio.io/v1",
    "EnvoyFilter": "networking.istio.io/v1alpha3",
    "HTTPRoute": "gateway.networking.k8s.io/v1",
    "ReferenceGrant": "gateway.networking.k8s.io/v1beta1",
    "AuthorizationPolicy": "security.istio.io/v1",
    "RequestAuthentication": "security.istio.io/v1",
    "Service": "v1",
}


@dataclass(frozen=True, kw_only=True)
class Derived:
    """One derived object, and the path below `mesh` of what it is derived from."""

    manifest: Manifest
    origin: Path


def document(
    kind: str,
    name: str,
    namespace: str,
    spec: Mapping[str, object],
    annotations: Mapping[str, str] | None = None,
) -> Manifest:
    """One object of `kind`, at the version that the oldest supported Istio serves as well."""
    metadata: dict[str, object] = {"name": name, "namespace": namespace, "labels": COMMON_LABELS}
    if annotations:
        metadata["annotations"] = annotations
    return {"apiVersion": _VERSIONS[kind], "kind": kind, "metadata": metadata, "spec": spec}
