"""Helm values of the chart jaeger, and the volume that the chart does not make."""

import hashlib
import json

from components.observability.addons.jaeger.config import BADGER_FOLDER, PASSWORD_VARIABLE, jaeger_config
from components.observability.addons.jaeger.settings import BadgerStorage, InstalledJaeger, ServerStorage
from components.observability.addons.shared import placement
from components.observability.addons.volumes import claim_spec
from components.platform.labels import COMMON_LABELS
from components.platform.manifest import Manifest

CLAIM = "jaeger-traces"
"""The PersistentVolumeClaim of the storage badger."""


def jaeger_values(jaeger: InstalledJaeger) -> dict[str, object]:
    """Values of jaeger, in the chart's own names; None stands for the chart's default."""
    config, storage = jaeger_config(jaeger), jaeger.storage
    # The chart mounts the configuration as a single file, which Kubernetes never renews: a change has to make new pods.
    digest = hashlib.sha256(json.dumps(config, sort_keys=True).encode()).hexdigest()
    variables: list[dict[str, object]] = [{"name": "CONFIG_SHA256", "value": digest}]
    if isinstance(storage, ServerStorage) and storage.password_secret:
        reference = {"secretKeyRef": {"name": storage.password_secret, "key": "password"}}
        variables.append({"name": PASSWORD_VARIABLE, "valueFrom": reference})
    badger = isinstance(storage, BadgerStorage)
    return {
        "jaeger": {
            "replicas": jaeger.replicas,
            "resources": jaeger.resources.model_dump(by_alias=True),
            **placement(jaeger),
            "extraEnv": variables,
            "extraVolumes": [{"name": "traces", "persistentVolumeClaim": {"claimName": CLAIM}}] if badger else None,
            "extraVolumeMounts": [{"name": "traces", "mountPath": BADGER_FOLDER}] if badger else None,
        },
        "userconfig": config,
    }


def trace_volume(jaeger: InstalledJaeger, namespace: str) -> Manifest | None:
    """The claim of the storage badger; None for another storage.

    It is not waited for: many classes make a volume only once a pod asks for it (WaitForFirstConsumer).
    """
    if not isinstance(jaeger.storage, BadgerStorage):
        return None
    metadata = {
        "name": CLAIM,
        "namespace": namespace,
        "labels": COMMON_LABELS,
        "annotations": {"pulumi.com/skipAwait": "true"},
    }
    spec = claim_spec(jaeger.storage.persistence)
    return {"apiVersion": "v1", "kind": "PersistentVolumeClaim", "metadata": metadata, "spec": spec}
