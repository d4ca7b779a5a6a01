"""Mutual TLS as Istio resources."""

from dataclasses import dataclass

import pulumi

from components.platform.child import child_options
from components.platform.manifests import kubernetes_object
from components.security.mtls.settings import MtlsSettings
from components.security.mtls.specs import mesh_wide_mtls


@dataclass(frozen=True, kw_only=True)
class MtlsPoliciesArgs:
    """What `MtlsPolicies` needs."""

    mtls: MtlsSettings
    root_namespace: str


class MtlsPolicies(pulumi.ComponentResource):
    """Says for the whole mesh whether workloads accept plain text."""

    def __init__(self, name: str, args: MtlsPoliciesArgs, opts: pulumi.ResourceOptions | None = None) -> None:
        super().__init__("istiomesh:index:MtlsPolicies", name, {}, opts)
        kubernetes_object(
            f"{name}-mesh-wide", mesh_wide_mtls(args.mtls, args.root_namespace), opts=child_options(self, opts)
        )
        self.register_outputs({})
