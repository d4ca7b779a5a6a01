"""Roles as Kubernetes resources."""

from collections.abc import Mapping
from dataclasses import dataclass

import pulumi

from components.platform.child import child_options
from components.platform.manifest import Manifest
from components.platform.manifests import kubernetes_object


@dataclass(frozen=True, kw_only=True)
class MeshRolesArgs:
    """What `MeshRoles` needs: the ClusterRoles and bindings, each by its role."""

    manifests: Mapping[str, Manifest]


class MeshRoles(pulumi.ComponentResource):
    """Lets groups of people change or read the mesh, each as much as its work needs."""

    def __init__(self, name: str, args: MeshRolesArgs, opts: pulumi.ResourceOptions | None = None) -> None:
        super().__init__("istiomesh:index:MeshRoles", name, {}, opts)
        for role, manifest in args.manifests.items():
            kubernetes_object(f"{name}-{role}", manifest, opts=child_options(self, opts))
        self.register_outputs({})
