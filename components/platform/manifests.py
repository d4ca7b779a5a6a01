"""Kubernetes objects that are written as data."""

from collections.abc import Callable, Mapping

import pulumi
from pulumi_kubernetes.apiextensions import CustomResource
from pulumi_kubernetes.core.v1 import LimitRange, ResourceQuota, Service, ServiceAccount

from components.platform.manifest import Manifest

_CORE: Mapping[str, Callable[..., pulumi.CustomResource]] = {
    "Service": Service,
    "ServiceAccount": ServiceAccount,
    "ResourceQuota": ResourceQuota,
    "LimitRange": LimitRange,
}
"""Kinds without an API group, whose type token CustomResource does not get right."""


def kubernetes_object(name: str, manifest: Manifest, opts: pulumi.ResourceOptions) -> pulumi.CustomResource:
    """Register one object of any kind.

    CustomResource takes the kinds of built-in API groups as well, with their own type token, so that the provider waits
    for a Deployment as it always does.
    """
    kind, metadata = manifest["kind"], manifest["metadata"]
    spec = {"spec": manifest["spec"]} if "spec" in manifest else {}
    if manifest["apiVersion"] == "v1":
        return _CORE[kind](name, metadata=metadata, **spec, opts=opts)
    return CustomResource(name, manifest["apiVersion"], kind, metadata=metadata, **spec, opts=opts)
