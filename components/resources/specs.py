"""The objects of the stack file as they are deployed."""

from collections.abc import Mapping

from components.kinds.catalog import kind_of
from components.platform.labels import COMMON_LABELS
from components.platform.manifest import Manifest
from components.settings.later import imported_when_used

with imported_when_used():
    from components.resources.settings import ResourceSettings


def resource_manifest(entry: ResourceSettings, istio: str) -> Manifest:
    """The object at the version that this Istio is given, with the program's labels where the user has none of theirs.

    Raises:
        LookupError: when the kind is unknown, which the checks of a stack file refuse before.
    """
    kind = kind_of(entry.api_version, entry.kind)
    if kind is None:
        raise LookupError(f"{entry.api_version} {entry.kind}")
    given = entry.metadata
    metadata: dict[str, object] = {"name": given.name}
    if given.namespace:
        metadata["namespace"] = given.namespace
    metadata["labels"] = {**COMMON_LABELS, **given.labels}
    if given.annotations:
        metadata["annotations"] = dict(given.annotations)
    return {"apiVersion": kind.api_version_for(istio), "kind": kind.kind, "metadata": metadata, "spec": entry.spec}


def role_of(manifest: Manifest) -> str:
    """A name that no other object of the stack has: kind, namespace and name, and the group of the Gateway API.

    Both Istio and the Gateway API have a Gateway, so the kind alone would not do. The slash keeps 'b-c' in 'a' apart
    from 'c' in 'a-b'.
    """
    metadata = manifest["metadata"]
    family = "k8s-" if manifest["apiVersion"].startswith("gateway.networking.k8s.io/") else ""
    place = f"{metadata['namespace']}/" if "namespace" in metadata else ""
    return f"{family}{manifest['kind'].lower()}-{place}{metadata['name']}"


def other_versions(manifest: Manifest) -> list[str]:
    """The API versions at which the same object is deployed for other versions of Istio."""
    kind = kind_of(manifest["apiVersion"], manifest["kind"])
    return [one for one in kind.api_versions if one != manifest["apiVersion"]] if kind else []


def is_authorization(manifest: Manifest) -> bool:
    """Whether an object says who may call whom."""
    return manifest["kind"] == "AuthorizationPolicy"


def allows_nothing(manifest: Manifest) -> bool:
    """Whether an object denies by default: an ALLOW without rules for all workloads of a namespace or of the mesh."""
    return is_authorization(manifest) and _is_empty_allow(manifest.get("spec") or {})


def _is_empty_allow(spec: Mapping[str, object]) -> bool:
    limited = any(spec.get(key) for key in ("selector", "targetRef", "targetRefs", "rules"))
    return not limited and spec.get("action", "ALLOW") == "ALLOW"
