"""The pods that a stack installs: how many at least, what each asks for, and which nodes may take it."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field

from components.observability.addons.grafana.settings import InstalledGrafana
from components.observability.addons.jaeger.settings import InstalledJaeger
from components.observability.addons.kiali.settings import InstalledKiali
from components.observability.addons.names import ADDONS
from components.observability.addons.prometheus.settings import InstalledPrometheus
from components.settings.mesh import MeshSettings
from components.settings.scheduling import Toleration, TolerationOperator
from components.settings.workload import Resources
from operations.precheck.amounts import Amount, quantity
from operations.precheck.documents import Document, metadata, part, parts

# What the charts ask for where the stack says nothing (values.yaml of istiod and gateway 1.29, and of kiali-server
# 2.29); those of the other addons ask for nothing.
ISTIOD_DEFAULT = Amount(cpu=0.5, memory=2048 * 2**20)
GATEWAY_DEFAULT = Amount(cpu=0.1, memory=128 * 2**20)
ADDON_DEFAULTS = {"kiali": Amount(cpu=0.01, memory=64 * 2**20)}


@dataclass(frozen=True, kw_only=True)
class PlannedPod:
    """One pod."""

    role: str
    size: Amount
    node_selector: dict[str, str] = field(default_factory=dict[str, str])
    tolerations: Sequence[Toleration] = ()

    def fits(self, node: Document) -> bool:
        """Whether a node has the labels, and no taint that keeps the pod away; room is not looked at."""
        taints = [one for one in parts(node, "spec", "taints") if one.get("effect") in {"NoSchedule", "NoExecute"}]
        tolerated = all(any(_tolerates(one, taint) for one in self.tolerations) for taint in taints)
        return tolerated and self.node_selector.items() <= metadata(node, "labels").items()


def planned_pods(settings: MeshSettings) -> Iterator[PlannedPod]:
    """The smallest number of replicas of istiod, of each gateway and of each installed addon."""
    placed = {"istiod": (settings.control_plane, ISTIOD_DEFAULT)}
    placed |= {f"gateway {name}": (one, GATEWAY_DEFAULT) for name, one in settings.gateways.items()}
    for role, (one, default) in placed.items():
        pod = PlannedPod(
            role=role,
            size=_size(one.resources, default),
            node_selector=one.node_selector or {},
            tolerations=one.tolerations or (),
        )
        yield from [pod] * one.smallest_scale
    yield from _addons(settings)


def _addons(settings: MeshSettings) -> Iterator[PlannedPod]:
    for name in ADDONS:
        addon = getattr(settings.addons, name)
        if not isinstance(addon, InstalledPrometheus | InstalledGrafana | InstalledJaeger | InstalledKiali):
            continue
        sets = {name: (addon.replicas, addon.resources)}
        if isinstance(addon, InstalledPrometheus):
            sets["alertmanager"] = (addon.alertmanager.replicas, addon.alertmanager.resources)
        for role, (replicas, resources) in sets.items():
            pod = PlannedPod(
                role=f"addon {role}",
                size=_size(resources, ADDON_DEFAULTS.get(role, Amount())),
                node_selector=addon.node_selector or {},
                tolerations=addon.tolerations or (),
            )
            yield from [pod] * replicas


def _size(resources: Resources, default: Amount) -> Amount:
    requests = resources.requests
    return Amount(
        cpu=quantity(requests.cpu) if requests.cpu else default.cpu,
        memory=quantity(requests.memory) if requests.memory else default.memory,
    )


def _tolerates(toleration: Toleration, taint: Document) -> bool:
    """As the scheduler compares them (ToleratesTaint of Kubernetes' core/v1)."""
    if toleration.effect and toleration.effect.value != taint.get("effect"):
        return False
    if toleration.key is not None and toleration.key != taint.get("key"):
        return False
    return toleration.operator is TolerationOperator.EXISTS or (toleration.value or "") == (taint.get("value") or "")


def takes_pods(node: Document) -> bool:
    """Whether a node is ready and not cordoned."""
    conditions = parts(node, "status", "conditions")
    ready = any(one.get("type") == "Ready" and one.get("status") == "True" for one in conditions)
    return ready and not part(node, "spec").get("unschedulable")
