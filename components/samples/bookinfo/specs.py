"""Bookinfo's workloads as Kubernetes objects."""

from collections.abc import Mapping

from components.platform.labels import COMMON_LABELS
from components.platform.manifest import Manifest
from components.samples.bookinfo.catalog import Application, Catalog


def bookinfo_workloads(catalog: Catalog, namespace: str) -> dict[str, Manifest]:
    """ServiceAccounts, Services and Deployments by a name for the resource, such as 'reviews-v2'."""
    objects: dict[str, Manifest] = {}
    for name, application in catalog.applications.items():
        objects[f"{name}-account"] = _account(name, namespace)
        objects[name] = _service(name, namespace, catalog.port)
        for version in application.versions:
            objects[f"{name}-{version}"] = _deployment(name, version, application, catalog, namespace)
    return objects


def account_name(name: str) -> str:
    """Each application has an identity of its own, so that rules can tell who calls."""
    return f"bookinfo-{name}"


def _metadata(name: str, namespace: str, labels: Mapping[str, str]) -> dict[str, object]:
    return {"name": name, "namespace": namespace, "labels": {**COMMON_LABELS, **labels}}


def _account(name: str, namespace: str) -> Manifest:
    metadata = _metadata(account_name(name), namespace, {"account": name})
    return {"apiVersion": "v1", "kind": "ServiceAccount", "metadata": metadata}


def _service(name: str, namespace: str, port: int) -> Manifest:
    # The Deployments are waited for; after them the provider would watch the Services settle for ten more seconds.
    annotations = {"pulumi.com/skipAwait": "true"}
    return {
        "apiVersion": "v1",
        "kind": "Service",
        "metadata": _metadata(name, namespace, {"app": name, "service": name}) | {"annotations": annotations},
        # Istio tells the protocol from the name of the port.
        "spec": {"ports": [{"name": "http", "port": port}], "selector": {"app": name}},
    }


def _deployment(name: str, version: str, application: Application, catalog: Catalog, namespace: str) -> Manifest:
    labels = {"app": name, "version": version}
    template = {
        "metadata": _filled({"labels": labels, "annotations": application.annotations}),
        "spec": _pod(name, version, application, catalog),
    }
    # A destroy need not watch the pods go: their namespace goes after them.
    annotations = {"pulumi.com/deletionPropagationPolicy": "background"}
    return {
        "apiVersion": "apps/v1",
        "kind": "Deployment",
        "metadata": _metadata(f"{name}-{version}", namespace, labels) | {"annotations": annotations},
        "spec": {"replicas": 1, "selector": {"matchLabels": labels}, "template": template},
    }


def _pod(name: str, version: str, application: Application, catalog: Catalog) -> dict[str, object]:
    container: dict[str, object] = {
        "name": name,
        "image": catalog.image.format(name=name, version=version),
        "imagePullPolicy": "IfNotPresent",
        "ports": [{"name": "http", "containerPort": catalog.port}],
        "env": [{"name": key, "value": value} for key, value in application.environment.items()],
        "resources": {"requests": application.requests},
        "volumeMounts": [{"name": volume, "mountPath": path} for volume, path in application.writable.items()],
        "securityContext": {
            "allowPrivilegeEscalation": False,
            "capabilities": {"drop": ["ALL"]},
            "runAsNonRoot": True,
        },
    }
    pod: dict[str, object] = {
        "serviceAccountName": account_name(name),
        # The applications never talk to Kubernetes; the sidecar has a token of its own.
        "automountServiceAccountToken": False,
        "securityContext": {"seccompProfile": {"type": "RuntimeDefault"}},
        "containers": [_filled(container)],
        "volumes": [{"name": volume, "emptyDir": {}} for volume in application.writable],
    }
    return _filled(pod)


def _filled(fields: Mapping[str, object]) -> dict[str, object]:
    """Without empty maps and lists, which the API server drops, so that they would look like a change ever after."""
    return {key: value for key, value in fields.items() if value not in ([], {})}
