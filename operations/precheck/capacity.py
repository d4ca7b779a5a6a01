"""Whether the nodes have room for istiod and the gateways."""

import re
from dataclasses import dataclass
from typing import Any

from components.settings.mesh import MeshSettings
from components.settings.workload import Workload
from operations.precheck.documents import Cluster, Document, metadata, part, parts
from operations.precheck.findings import Finding, fine, refused, unreadable, warning

CHECK = "capacity"

_DECIMAL = {"n": 1e-9, "u": 1e-6, "m": 1e-3, "": 1.0, "k": 1e3, "M": 1e6, "G": 1e9, "T": 1e12, "P": 1e15}
_UNITS = _DECIMAL | {"Ki": 2.0**10, "Mi": 2.0**20, "Gi": 2.0**30, "Ti": 2.0**40, "Pi": 2.0**50}


@dataclass(frozen=True, kw_only=True)
class Amount:
    """CPU in cores, memory in bytes."""

    cpu: float = 0.0
    memory: float = 0.0

    def __add__(self, other: "Amount") -> "Amount":
        return Amount(cpu=self.cpu + other.cpu, memory=self.memory + other.memory)

    def __sub__(self, other: "Amount") -> "Amount":
        return Amount(cpu=self.cpu - other.cpu, memory=self.memory - other.memory)

    def holds(self, other: "Amount") -> bool:
        """Whether the other fits in; what floating point adds or takes is not counted."""
        return self.cpu - other.cpu > -1e-6 and self.memory - other.memory > -1

    def __str__(self) -> str:
        """For a message."""
        return f"{self.cpu:.2f} cores and {self.memory / 2**20:.0f} MiB"


# What the charts ask for where the stack says nothing (values.yaml of the charts istiod and gateway, Istio 1.29).
ISTIOD_DEFAULT = Amount(cpu=0.5, memory=2048 * 2**20)
GATEWAY_DEFAULT = Amount(cpu=0.1, memory=128 * 2**20)


def check_capacity(settings: MeshSettings, cluster: Cluster) -> list[Finding]:
    """Places the smallest number of replicas on the nodes, as the scheduler would; affinities are not looked at."""
    if cluster.nodes is None or cluster.pods is None:
        return [unreadable(CHECK, "nodes and pods")]
    nodes = [node for node in cluster.nodes if _takes_pods(node)]
    if not nodes:
        return [refused(CHECK, "no node takes pods", "Add a node, or look at `kubectl get nodes`")]
    wanted = _wanted(settings)
    empty = {node["metadata"]["name"]: _amount(part(node, "status", "allocatable")) for node in nodes}
    for role, size in wanted:
        if not any(amount.holds(size) for amount in empty.values()):
            what = f"a pod of {role} asks for {size}, more than any node has"
            return [refused(CHECK, what, f"Add a larger node, or lower resources.requests of {role}")]
    free = _free(settings, empty, cluster.pods)
    total = sum(free.values(), Amount())
    for role, size in sorted(wanted, key=lambda one: (-one[1].cpu, -one[1].memory)):
        place = max((name for name in free if free[name].holds(size)), key=lambda name: free[name].cpu, default=None)
        if place is None:
            what = f"a pod of {role} asks for {size}, and no node has that much left ({total} are free in all)"
            return [warning(CHECK, what, "Add a node, unless an autoscaler does, or lower resources.requests")]
        free[place] -= size
    sizes = sum((size for _, size in wanted), Amount())
    return [fine(CHECK, f"{len(wanted)} pods need {sizes}; {total} are free on {len(nodes)} nodes")]


def quantity(text: object) -> float:
    """A quantity of Kubernetes as a number of cores or bytes; 0 for what is none."""
    found = re.fullmatch(r"([0-9.]+(?:[eE][-+]?[0-9]+)?)([a-zA-Z]*)", str(text))
    return float(found[1]) * _UNITS.get(found[2], 0) if found else 0.0


def pod_requests(pod: Document) -> Amount:
    """What the scheduler counts for a pod: sidecars run beside the containers, other init containers before them."""
    sidecars, first = Amount(), Amount()
    for container in parts(pod, "spec", "initContainers"):
        own = _requests(container)
        if container.get("restartPolicy") == "Always":
            sidecars += own
        else:
            step = own + sidecars
            first = Amount(cpu=max(first.cpu, step.cpu), memory=max(first.memory, step.memory))
    running = sum((_requests(container) for container in parts(pod, "spec", "containers")), sidecars)
    larger = Amount(cpu=max(running.cpu, first.cpu), memory=max(running.memory, first.memory))
    return larger + _amount(part(pod, "spec", "overhead"))


def _wanted(settings: MeshSettings) -> list[tuple[str, Amount]]:
    istiod = settings.control_plane
    pods = [("istiod", _size(istiod, ISTIOD_DEFAULT))] * istiod.smallest_scale
    for name, gateway in settings.gateways.items():
        pods += [(f"gateway {name}", _size(gateway, GATEWAY_DEFAULT))] * gateway.smallest_scale
    return pods


def _size(workload: Workload, default: Amount) -> Amount:
    requests = workload.resources.requests
    return Amount(
        cpu=quantity(requests.cpu) if requests.cpu else default.cpu,
        memory=quantity(requests.memory) if requests.memory else default.memory,
    )


def _free(settings: MeshSettings, empty: dict[str, Amount], pods: list[Document]) -> dict[str, Amount]:
    """What is left on each node; the pods of the stack itself are not counted, so that a deployed stack has room."""
    own = {(settings.control_plane.namespace, "istiod")}
    own |= {(gateway.namespace, name) for name, gateway in settings.gateways.items()}
    free = dict(empty)
    for pod in pods:
        node = str(part(pod, "spec").get("nodeName"))
        mine = (pod["metadata"].get("namespace"), metadata(pod, "labels").get("app")) in own
        if node in free and not mine and part(pod, "status").get("phase") not in {"Succeeded", "Failed"}:
            free[node] -= pod_requests(pod)
    return free


def _takes_pods(node: Document) -> bool:
    taints = [one for one in parts(node, "spec", "taints") if one.get("effect") in {"NoSchedule", "NoExecute"}]
    conditions = parts(node, "status", "conditions")
    ready = any(one.get("type") == "Ready" and one.get("status") == "True" for one in conditions)
    return ready and not taints and not part(node, "spec").get("unschedulable")


def _requests(container: Document) -> Amount:
    return _amount(part(container, "resources", "requests"))


def _amount(values: dict[str, Any]) -> Amount:
    return Amount(cpu=quantity(values.get("cpu", 0)), memory=quantity(values.get("memory", 0)))
