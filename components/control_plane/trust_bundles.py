"""What istiod writes into namespaces that are not the mesh's own."""

from collections.abc import Sequence
from dataclasses import dataclass

import pulumi
from pulumi_kubernetes.core.v1 import ConfigMapPatch
from pulumi_kubernetes.meta.v1 import ObjectMetaPatchArgs, OwnerReferencePatchArgs

from components.platform.child import child_options

CONFIG_MAPS = ("istio-ca-root-cert", "istio-ca-crl")
"""istiod writes them into every namespace and never removes them (namespacecontroller.go of Istio 1.29)."""


@dataclass(frozen=True, kw_only=True)
class TrustBundlesArgs:
    """What `TrustBundles` needs: istiod's namespace with its uid, and the foreign namespaces to see to."""

    root_namespace: str
    root_uid: pulumi.Input[str]
    namespaces: Sequence[str]


class TrustBundles(pulumi.ComponentResource):
    """Has istiod's trust bundles in foreign namespaces go together with istiod's own namespace.

    They get that namespace as owner, so that Kubernetes' garbage collector removes them after it. Pulumi itself leaves
    them alone when the stack is destroyed: removing its patch would remove the owner again.
    """

    def __init__(self, name: str, args: TrustBundlesArgs, opts: pulumi.ResourceOptions | None = None) -> None:
        super().__init__("istiomesh:index:TrustBundles", name, {}, opts)
        owner = OwnerReferencePatchArgs(
            api_version="v1", kind="Namespace", name=args.root_namespace, uid=pulumi.Output.from_input(args.root_uid)
        )
        left_alone = pulumi.ResourceOptions.merge(
            child_options(self, opts), pulumi.ResourceOptions(retain_on_delete=True)
        )
        for namespace in args.namespaces:
            for config_map in CONFIG_MAPS:
                ConfigMapPatch(
                    f"{name}-{namespace}-{config_map}",
                    metadata=ObjectMetaPatchArgs(
                        name=config_map,
                        namespace=namespace,
                        owner_references=[owner],
                        annotations={"pulumi.com/patchForce": "true"},
                    ),
                    opts=left_alone,
                )
        self.register_outputs({})
