"""What is read from a cluster: decoded JSON as the API server answered it."""

from dataclasses import dataclass
from typing import Any, cast

Document = dict[str, Any]
Items = list[Document] | None
"""The items of a list; None where the user may not read them."""


@dataclass(frozen=True, kw_only=True)
class Right:
    """One permission that the program needs; an empty namespace stands for objects of the whole cluster."""

    group: str
    resource: str
    namespace: str = ""
    verb: str = "create"

    def __str__(self) -> str:
        """As kubectl auth can-i takes it."""
        kind = f"{self.resource}.{self.group}" if self.group else self.resource
        return f"{self.verb} {kind}" + (f" in {self.namespace}" if self.namespace else "")


@dataclass(frozen=True, kw_only=True)
class HelmRelease:
    """The last revision of a Helm release, from the labels of its Secret."""

    namespace: str
    name: str
    status: str


@dataclass(frozen=True, kw_only=True)
class Cluster:
    """Everything that the checks look at."""

    version: Document
    allowed: dict[Right, bool]
    namespaces: Items
    deployments: Items
    """Deployments with the label app=istiod."""
    webhooks: Items
    """Mutating and validating webhook configurations."""
    crds: Items
    """CRDs; of those of the Gateway API also what they serve."""
    releases: list[HelmRelease] | None
    cilium: Document
    """The ConfigMap kube-system/cilium-config; empty without Cilium."""
    calico: Document
    """The FelixConfiguration default; empty without Calico."""
    cni_nodes: Items
    """DaemonSets of istio-cni."""
    nodes: Items
    pods: Items
    services: Items


def part(item: Document, *keys: str) -> Document:
    """The map below keys; an empty one where there is none."""
    for key in keys:
        item = cast("Document", item.get(key) or {})
    return item


def parts(item: Document, *keys: str) -> list[Document]:
    """The list of maps below keys; an empty one where there is none."""
    *parents, last = keys
    return cast("list[Document]", part(item, *parents).get(last) or [])


def metadata(item: Document, key: str) -> dict[str, str]:
    """Labels or annotations of an object."""
    return part(item, "metadata", key)


def name_of(item: Document) -> str:
    """`NAMESPACE/NAME`, or `NAME` without a namespace."""
    about = part(item, "metadata")
    return "/".join(filter(None, (about.get("namespace"), about.get("name", ""))))


def owner_of(item: Document) -> tuple[str, str] | None:
    """Namespace and name of the Helm release that an object belongs to; None when it belongs to none."""
    annotations = metadata(item, "annotations")
    name = annotations.get("meta.helm.sh/release-name")
    return (annotations.get("meta.helm.sh/release-namespace", ""), name) if name else None
