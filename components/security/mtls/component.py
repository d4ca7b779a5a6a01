"""Mutual TLS as Istio resources."""

from dataclasses import dataclass

import pulumi

from components.platform.child import child_options
from components.platform.manifests import kubernetes_object
from components.security.mtls.settings import MtlsSettings
from components.security.mtls.specs import mtls_policies


@dataclass(frozen=True, kw_only=True)
class MtlsPoliciesArgs:
    """What `MtlsPolicies` needs."""

    mtls: MtlsSettings
    root_namespace: str


class MtlsPolicies(pulumi.ComponentResource):
    """Says for the whole mesh, and for parts of it, whether workloads accept plain text."""

    def __init__(self, name: str, args: MtlsPoliciesArgs, opts: pulumi.ResourceOptions | None = None) -> None:
        super().__init__("istiomesh:index:MtlsPolicies", name, {}, opts)
        for role, policy in mtls_policies(args.mtls, args.root_namespace).items():
            kubernetes_object(f"{name}-{role}", policy, opts=child_options(self, opts))
        self.register_outputs({})
