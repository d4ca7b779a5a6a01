"""The objects of the stack file as resources."""

from collections.abc import Sequence
from dataclasses import dataclass

import pulumi

from components.platform.child import child_options
from components.platform.manifests import kubernetes_object
from components.resources.settings import ResourceSettings
from components.resources.specs import resource_manifest, resource_role


@dataclass(frozen=True, kw_only=True)
class ResourcesArgs:
    """What `Resources` needs."""

    resources: Sequence[ResourceSettings]


class Resources(pulumi.ComponentResource):
    """Deploys objects of Istio and of the Gateway API that are given in their own field names."""

    def __init__(self, name: str, args: ResourcesArgs, opts: pulumi.ResourceOptions | None = None) -> None:
        super().__init__("istiomesh:index:Resources", name, {}, opts)
        for entry in args.resources:
            kubernetes_object(
                f"{name}-{resource_role(entry)}", resource_manifest(entry), opts=child_options(self, opts)
            )
        self.register_outputs({})
