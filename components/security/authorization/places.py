"""Where policies are put, and which workloads they are for."""

from collections.abc import Iterator
from dataclasses import dataclass, replace

from components.gateways.values import selector_label
from components.security.authorization.settings import TargetKind, Targets
from components.services.names import pod_labels
from components.settings.mesh import MeshSettings

_GROUPS = {
    TargetKind.GATEWAY: "gateway.networking.k8s.io",
    TargetKind.GATEWAY_CLASS: "gateway.networking.k8s.io",
    TargetKind.SERVICE: "",
    TargetKind.SERVICE_ENTRY: "networking.istio.io",
}


@dataclass(frozen=True, kw_only=True)
class Place:
    """Where one policy of several is put, and which workloads it is for."""

    name: str
    """The name of the policy."""
    namespace: str
    where: dict[str, object]
    """`selector` or `targetRefs`; empty for the whole namespace, or from the root namespace for the whole mesh."""
    gateway: str | None = None
    """The entry of `gateways` that it is for."""
    service: str | None = None
    """The entry of `services` that it is for."""


def places(settings: MeshSettings, name: str, given: Targets, *, mesh: bool = False) -> list[Place]:
    """A place for each target; of several, each policy is named after its target as well.

    The pods of an entry of `gateways` are those of a Helm release, which labels select in both APIs: targetRefs are for
    Gateways that Istio runs itself (ShouldAttachPolicy in pilot/pkg/model/policyattachment.go). Targets that are not
    there are left out: a check says so.
    """
    found = list(_places(settings, given, mesh=mesh))
    if len(found) == 1:
        return [replace(found[0], name=name)]
    return [replace(one, name=f"{name}-{one.name}") for one in found]


def _places(settings: MeshSettings, given: Targets, *, mesh: bool) -> Iterator[Place]:
    """Each place, named after its target."""
    if mesh:
        yield Place(name="mesh", namespace=settings.control_plane.namespace, where={})
    for one in given.namespaces:
        yield Place(name=one, namespace=one, where={})
    for key in given.services:
        if service := settings.services.get(key):
            yield Place(name=key, namespace=service.namespace, where=_selected(pod_labels(key, service)), service=key)
    for one in given.gateways:
        if gateway := settings.gateways.get(one):
            where = _selected({"istio": selector_label(one)})
            yield Place(name=one, namespace=gateway.namespace, where=where, gateway=one)
    for one in given.target_refs:
        reference = {"group": _GROUPS[one.kind], "kind": one.kind.value, "name": one.name}
        yield Place(name=one.name, namespace=one.namespace, where={"targetRefs": [reference]})


def _selected(labels: dict[str, str]) -> dict[str, object]:
    return {"selector": {"matchLabels": labels}}
