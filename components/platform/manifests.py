"""Kubernetes objects that are written as data."""

from collections.abc import Mapping, Sequence
from functools import cache
from importlib import metadata
from typing import Any

import pulumi

from components.platform.manifest import Manifest

Fields = Mapping[str, Any]
"""A part of an object as the cluster has it, in Kubernetes' own field names."""


class KubernetesObject(pulumi.CustomResource):
    """One object in the cluster, of any kind.

    The SDK has a class for each kind, and importing one of them imports hundreds: more time than the rest of a preview
    of the program itself. All that they add is the type token, which is made here by the SDK's own rule, and names in
    Python's spelling, which manifests do not have.
    """

    metadata: pulumi.Output[Fields]
    spec: pulumi.Output[Fields | None]
    status: pulumi.Output[Fields | None]

    def __init__(self, name: str, token: str, fields: Fields, opts: pulumi.ResourceOptions) -> None:
        # What is not among the properties is not among the outputs.
        properties = {"metadata": None, "spec": None, "status": None} | dict(fields)
        super().__init__(token, name, properties, pulumi.ResourceOptions.merge(provider_version(), opts))


def kubernetes_object(
    name: str, manifest: Manifest, opts: pulumi.ResourceOptions, other_versions: Sequence[str] = ()
) -> KubernetesObject:
    """Register one object of any kind; the provider waits for it as it does for every object of its kind.

    `other_versions` are API versions at which the state may have it. Without them a change of the version would be a
    new resource and the end of the old one, and so of the object, which is one and the same.
    """
    aliases = [pulumi.Alias(type_=_token({**manifest, "apiVersion": one})) for one in other_versions]
    same = pulumi.ResourceOptions.merge(opts, pulumi.ResourceOptions(aliases=aliases)) if aliases else opts
    return KubernetesObject(name, _token(manifest), manifest, same)


def kubernetes_patch(name: str, manifest: Manifest, opts: pulumi.ResourceOptions) -> KubernetesObject:
    """Register what an object of somebody else's is to have beside its own fields (the provider's Patch resources)."""
    return KubernetesObject(name, f"{_token(manifest)}Patch", manifest, opts)


def kubernetes_secret(name: str, manifest: Manifest, opts: pulumi.ResourceOptions) -> KubernetesObject:
    """Register a Secret; Pulumi encrypts its content in the state, also what the cluster makes of it."""
    fields = {**manifest, "stringData": pulumi.Output.secret(manifest["stringData"])}
    secret = pulumi.ResourceOptions(additional_secret_outputs=["data", "stringData"])
    return KubernetesObject(name, _token(manifest), fields, pulumi.ResourceOptions.merge(opts, secret))


def _token(manifest: Manifest) -> str:
    """The type of an object: its API version and kind, where Kubernetes' oldest API has the name `core`."""
    version = manifest["apiVersion"]
    return f"kubernetes:{version if '/' in version else f'core/{version}'}:{manifest['kind']}"


@cache
def provider_version() -> pulumi.ResourceOptions:
    """As the classes of the SDK do: ask for the provider that the SDK was made with."""
    return pulumi.ResourceOptions(version=metadata.version("pulumi-kubernetes"))
