"""What services and external services make, as resources."""

from collections.abc import Sequence
from dataclasses import dataclass

import pulumi

from components.platform.child import child_options
from components.platform.manifest import Manifest
from components.platform.manifests import kubernetes_object, kubernetes_patch
from components.services.documents import Derived


@dataclass(frozen=True, kw_only=True)
class ServicesArgs:
    """What `Services` needs: the objects that the settings come to."""

    objects: Sequence[Derived]
    patches: Sequence[Manifest] = ()
    """What Deployments of somebody else are to have beside their own fields."""


class Services(pulumi.ComponentResource):
    """Writes routes, policies and scopes of all services into the cluster, and what pods say of their sidecars."""

    def __init__(self, name: str, args: ServicesArgs, opts: pulumi.ResourceOptions | None = None) -> None:
        super().__init__("istiomesh:index:Services", name, {}, opts)
        for one in args.objects:
            kind, metadata = one.manifest["kind"], one.manifest["metadata"]
            role = f"{kind.lower()}-{metadata['namespace']}-{metadata['name']}"
            kubernetes_object(f"{name}-{role}", one.manifest, opts=child_options(self, opts))
        for patch in args.patches:
            role = f"deployment-{patch['metadata']['namespace']}-{patch['metadata']['name']}"
            kubernetes_patch(f"{name}-{role}", patch, opts=child_options(self, opts))
        self.register_outputs({})
