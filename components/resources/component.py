"""Objects of Istio and of the Gateway API as resources."""

from collections.abc import Sequence
from dataclasses import dataclass

import pulumi

from components.platform.child import child_options
from components.platform.manifest import Manifest
from components.platform.manifests import kubernetes_object
from components.resources.specs import role_of


@dataclass(frozen=True, kw_only=True)
class ResourcesArgs:
    """What `Resources` needs: whole objects, given in the stack file or derived from its services."""

    manifests: Sequence[Manifest]


class Resources(pulumi.ComponentResource):
    """Deploys objects of Istio and of the Gateway API.

    Those of `resources` and those that services make are named alike. So one that changes from the one to the other
    stays the same resource: as two, the new one would be made before the old one is gone, and both are one object.
    """

    def __init__(self, name: str, args: ResourcesArgs, opts: pulumi.ResourceOptions | None = None) -> None:
        super().__init__("istiomesh:index:Resources", name, {}, opts)
        for manifest in args.manifests:
            kubernetes_object(f"{name}-{role_of(manifest)}", manifest, opts=child_options(self, opts))
        self.register_outputs({})
