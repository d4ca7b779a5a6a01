"""A cluster as its API server would describe it: new, with three nodes, for a user who may do everything."""

from collections.abc import Callable
from typing import Any

import pytest

from components.settings.mesh import MeshSettings
from operations.precheck.documents import Cluster
from operations.precheck.findings import Finding
from operations.precheck.rights import needed_rights
from tests.support.stacks import DEMO, settings_of

Document = dict[str, Any]
ClusterWith = Callable[..., Cluster]


def node(name: str, cpu: str = "4", memory: str = "8Gi", **spec: object) -> Document:
    """A node that is ready."""
    ready = [{"type": "Ready", "status": "True"}]
    status = {"allocatable": {"cpu": cpu, "memory": memory}, "conditions": ready}
    return {"metadata": {"name": name}, "spec": spec, "status": status}


def helm_object(name: str, release: str | None, namespace: str = "istio-system", **labels: str) -> Document:
    """An object of a Helm release, which is `NAMESPACE/NAME`; or of none."""
    about: Document = {"name": name, "namespace": namespace, "labels": labels, "annotations": {}}
    if release:
        of, named = release.split("/")
        about["annotations"] = {"meta.helm.sh/release-name": named, "meta.helm.sh/release-namespace": of}
    return {"metadata": about}


def crd(name: str, release: str | None = "istio-system/istio-base", version: str = "1.30.3") -> Document:
    """One of Istio's CRDs."""
    document = helm_object(f"{name}.istio.io", release, **{"app.kubernetes.io/version": version})
    del document["metadata"]["namespace"]
    return document


def said(*findings: Finding) -> list[tuple[str, str, str]]:
    """Level, sentence and fix of each finding."""
    return [(one.level.value, one.what, one.fix) for one in findings]


@pytest.fixture
def settings() -> MeshSettings:
    """The small demo stack."""
    return settings_of(DEMO)


@pytest.fixture
def cluster_with(settings: MeshSettings) -> ClusterWith:
    """A new cluster, with what is given in place of its own."""

    def make(**changes: Any) -> Cluster:
        values: dict[str, Any] = {
            "version": {"major": "1", "minor": "35"},
            "allowed": dict.fromkeys(needed_rights(settings), True),
            "namespaces": [],
            "deployments": [],
            "webhooks": [],
            "crds": [],
            "releases": [],
            "cilium": {},
            "calico": {},
            "cni_nodes": [],
            "nodes": [node("one"), node("two"), node("three")],
            "pods": [],
            "services": [],
        }
        return Cluster(**(values | changes))

    return make
