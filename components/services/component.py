"""What pods say of their sidecars, as resources."""

from collections.abc import Sequence
from dataclasses import dataclass

import pulumi

from components.platform.child import child_options
from components.platform.manifest import Manifest
from components.platform.manifests import kubernetes_patch


@dataclass(frozen=True, kw_only=True)
class WorkloadProxiesArgs:
    """What `WorkloadProxies` needs."""

    patches: Sequence[Manifest]
    """What Deployments of somebody else are to have beside their own fields."""


class WorkloadProxies(pulumi.ComponentResource):
    """Writes into the pods of Deployments what their services say of their sidecars."""

    def __init__(self, name: str, args: WorkloadProxiesArgs, opts: pulumi.ResourceOptions | None = None) -> None:
        super().__init__("istiomesh:index:WorkloadProxies", name, {}, opts)
        for patch in args.patches:
            role = f"deployment-{patch['metadata']['namespace']}/{patch['metadata']['name']}"
            kubernetes_patch(f"{name}-{role}", patch, opts=child_options(self, opts))
        self.register_outputs({})
