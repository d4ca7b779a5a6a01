"""Volumes of the addons, in the words of Kubernetes."""

from components.observability.addons.shared import Persistence


def claim_spec(persistence: Persistence) -> dict[str, object]:
    """The spec of a PersistentVolumeClaim; without a class, the cluster's default one decides."""
    given = {"storageClassName": persistence.storage_class_name} if persistence.storage_class_name else {}
    return {"accessModes": ["ReadWriteOnce"], **given, "resources": {"requests": {"storage": persistence.size}}}
