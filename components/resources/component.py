"""Objects of Istio and of the Gateway API as resources."""

from collections.abc import Sequence
from dataclasses import dataclass

import pulumi

from components.platform.child import child_options
from components.platform.manifest import Manifest
from components.platform.manifests import kubernetes_object
from components.resources.specs import allows_nothing, is_authorization, other_versions, role_of


@dataclass(frozen=True, kw_only=True)
class ResourcesArgs:
    """What `Resources` needs: whole objects, given in the stack file or derived from its services."""

    manifests: Sequence[Manifest]


class Resources(pulumi.ComponentResource):
    """Deploys objects of Istio and of the Gateway API.

    Those of `resources` and those that services make are named alike. So one that changes from the one to the other
    stays the same resource: as two, the new one would be made before the old one is gone, and both are one object. So
    does one whose API version changes with that of Istio.

    Who may call whom comes after what checks tokens, and default deny after what allows; it goes the other way when
    they are removed. So no call is refused that is allowed before and after.
    """

    def __init__(self, name: str, args: ResourcesArgs, opts: pulumi.ResourceOptions | None = None) -> None:
        super().__init__("istiomesh:index:Resources", name, {}, opts)
        checks: list[pulumi.Resource] = []
        policies: list[pulumi.Resource] = []
        for manifest in sorted(args.manifests, key=_turn):
            earlier = policies if allows_nothing(manifest) else checks if is_authorization(manifest) else []
            own = self._after(earlier, opts)
            made = kubernetes_object(f"{name}-{role_of(manifest)}", manifest, own, other_versions(manifest))
            if is_authorization(manifest):
                policies.append(made)
            elif manifest["kind"] == "RequestAuthentication":
                checks.append(made)
        self.register_outputs({})

    def _after(self, earlier: Sequence[pulumi.Resource], opts: pulumi.ResourceOptions | None) -> pulumi.ResourceOptions:
        own = child_options(self, opts)
        return pulumi.ResourceOptions.merge(own, pulumi.ResourceOptions(depends_on=list(earlier))) if earlier else own


def _turn(manifest: Manifest) -> int:
    return is_authorization(manifest) + allows_nothing(manifest)
