"""The namespaces of the mesh as resources."""

from collections.abc import Mapping
from dataclasses import dataclass

import pulumi
from pulumi_kubernetes.core.v1 import Namespace

from components.namespaces.settings import NamespaceSettings
from components.namespaces.specs import namespace_labels
from components.platform.child import child_options


@dataclass(frozen=True, kw_only=True)
class NamespacesArgs:
    """What `Namespaces` needs."""

    namespaces: Mapping[str, NamespaceSettings]


class Namespaces(pulumi.ComponentResource):
    """Creates the namespaces of the mesh with the labels that decide about injection."""

    names: list[str]
    uids: dict[str, pulumi.Output[str]]
    """The uid of each namespace, by name."""

    def __init__(self, name: str, args: NamespacesArgs, opts: pulumi.ResourceOptions | None = None) -> None:
        super().__init__("istiomesh:index:Namespaces", name, {}, opts)
        self.uids = {}
        for namespace, settings in args.namespaces.items():
            created = Namespace(
                f"{name}-{namespace}",
                metadata={"name": namespace, "labels": namespace_labels(settings)},
                opts=child_options(self, opts),
            )
            self.uids[namespace] = created.metadata.apply(lambda metadata: metadata.uid or "")
        self.names = list(args.namespaces)
        self.register_outputs({"names": self.names})
