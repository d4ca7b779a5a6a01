"""The namespaces of the mesh as resources."""

from collections.abc import Mapping
from dataclasses import dataclass

import pulumi

from components.namespaces.settings import NamespaceSettings
from components.namespaces.specs import limits_manifest, namespace_labels, quota_manifest
from components.platform.child import child_options
from components.platform.manifest import Manifest
from components.platform.manifests import KubernetesObject, kubernetes_object, kubernetes_patch


@dataclass(frozen=True, kw_only=True)
class NamespacesArgs:
    """What `Namespaces` needs."""

    namespaces: Mapping[str, NamespaceSettings]
    protected: bool = False
    """Whether Pulumi refuses to delete namespaces that it creates, for with one goes everything in it."""
    retained: str | None = None
    """The namespace that stays in the cluster also when its protection is gone; None when every one may go."""


class Namespaces(pulumi.ComponentResource):
    """Creates or labels the namespaces of the mesh, and bounds what their pods may take."""

    names: list[str]
    uids: dict[str, pulumi.Output[str]]
    """The uid of each namespace, by name."""
    going: dict[str, pulumi.Resource]
    """The namespaces that a destroy deletes, by name: created by the program, and not retained."""

    def __init__(self, name: str, args: NamespacesArgs, opts: pulumi.ResourceOptions | None = None) -> None:
        super().__init__("istiomesh:index:Namespaces", name, {}, opts)
        self.uids, self.going = {}, {}
        for namespace, settings in args.namespaces.items():
            retained = namespace == args.retained
            guard = pulumi.ResourceOptions(
                protect=(args.protected and settings.create) or retained or None, retain_on_delete=retained or None
            )
            options = pulumi.ResourceOptions.merge(child_options(self, opts), guard)
            one = _namespace(f"{name}-{namespace}", namespace, settings, options)
            if settings.create and not retained:
                self.going[namespace] = one
            self.uids[namespace] = one.metadata.apply(lambda metadata: metadata.get("uid") or "")
            bounds = pulumi.ResourceOptions.merge(child_options(self, opts), pulumi.ResourceOptions(depends_on=[one]))
            for role, manifest in (
                ("quota", quota_manifest(namespace, settings)),
                ("limits", limits_manifest(namespace, settings)),
            ):
                if manifest:
                    kubernetes_object(f"{name}-{namespace}-{role}", manifest, opts=bounds)
        self.names = list(args.namespaces)
        self.register_outputs({"names": self.names})


def _namespace(role: str, name: str, settings: NamespaceSettings, opts: pulumi.ResourceOptions) -> KubernetesObject:
    labels, annotations = namespace_labels(settings), dict(settings.annotations)
    if settings.create:
        return kubernetes_object(role, _manifest(name, labels, annotations), opts)
    # Whoever set one of these labels before, the stack says what it is now; the rest of the namespace stays as it is.
    return kubernetes_patch(role, _manifest(name, labels, annotations | {"pulumi.com/patchForce": "true"}), opts)


def _manifest(name: str, labels: Mapping[str, str], annotations: Mapping[str, str]) -> Manifest:
    metadata = {"name": name, "labels": labels, **({"annotations": annotations} if annotations else {})}
    return {"apiVersion": "v1", "kind": "Namespace", "metadata": metadata}
