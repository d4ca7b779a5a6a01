"""What istiod writes into namespaces that are not the mesh's own."""

from collections.abc import Sequence
from dataclasses import dataclass

import pulumi

from components.platform.child import child_options
from components.platform.manifests import kubernetes_patch

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
        owner = {"apiVersion": "v1", "kind": "Namespace", "name": args.root_namespace, "uid": args.root_uid}
        left_alone = pulumi.ResourceOptions.merge(
            child_options(self, opts), pulumi.ResourceOptions(retain_on_delete=True)
        )
        for namespace in args.namespaces:
            for config_map in CONFIG_MAPS:
                metadata = {
                    "name": config_map,
                    "namespace": namespace,
                    "ownerReferences": [owner],
                    "annotations": {"pulumi.com/patchForce": "true"},
                }
                manifest = {"apiVersion": "v1", "kind": "ConfigMap", "metadata": metadata}
                kubernetes_patch(f"{name}-{namespace}-{config_map}", manifest, opts=left_alone)
        self.register_outputs({})
