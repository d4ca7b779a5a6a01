"""Network policies as Kubernetes resources."""

from collections.abc import Mapping
from dataclasses import dataclass

import pulumi

from components.platform.child import child_options
from components.platform.manifest import Manifest
from components.platform.manifests import kubernetes_object


@dataclass(frozen=True, kw_only=True)
class NetworkPoliciesArgs:
    """What `NetworkPolicies` needs: the policies, each by its role."""

    policies: Mapping[str, Manifest]


class NetworkPolicies(pulumi.ComponentResource):
    """Says who may connect to istiod and the gateways, and what the workloads of the mesh may call."""

    def __init__(self, name: str, args: NetworkPoliciesArgs, opts: pulumi.ResourceOptions | None = None) -> None:
        super().__init__("istiomesh:index:NetworkPolicies", name, {}, opts)
        for role, policy in args.policies.items():
            kubernetes_object(f"{name}-{role}", policy, opts=child_options(self, opts))
        self.register_outputs({})
