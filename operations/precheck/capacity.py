"""Whether the nodes have room for istiod, the gateways and the installed addons."""

from components.observability.addons.workloads import addon_workloads
from components.settings.mesh import MeshSettings
from operations.precheck.amounts import Amount, amount_of
from operations.precheck.documents import Cluster, Document, metadata, part, parts
from operations.precheck.findings import Finding, fine, refused, unreadable, warning
from operations.precheck.planned import PlannedPod, planned_pods, takes_pods

CHECK = "capacity"


def check_capacity(settings: MeshSettings, cluster: Cluster) -> list[Finding]:
    """Places the smallest number of replicas on the nodes, as the scheduler would; affinities are not looked at."""
    if cluster.nodes is None or cluster.pods is None:
        return [unreadable(CHECK, "nodes and pods")]
    wanted = list(planned_pods(settings))
    ready = [node for node in cluster.nodes if takes_pods(node)]
    nodes = [node for node in ready if any(pod.fits(node) for pod in wanted)]
    if not nodes:
        return [refused(CHECK, "no node takes pods", "Add a node, or look at `kubectl get nodes`")]
    empty = {node["metadata"]["name"]: amount_of(part(node, "status", "allocatable")) for node in nodes}
    places = {pod.role: [node["metadata"]["name"] for node in nodes if pod.fits(node)] for pod in wanted}
    for pod in wanted:
        if not places[pod.role]:
            what = f"no node takes a pod of {pod.role}: none has its nodeSelector's labels and only taints it tolerates"
            return [refused(CHECK, what, f"Label a node, or change nodeSelector or tolerations of {pod.role}")]
        if not any(empty[name].holds(pod.size) for name in places[pod.role]):
            what = f"a pod of {pod.role} asks for {pod.size}, more than any node has"
            return [refused(CHECK, what, f"Add a larger node, or lower resources.requests of {pod.role}")]
    return [_placed(wanted, places, _free(settings, empty, cluster.pods))]


def _placed(wanted: list[PlannedPod], places: dict[str, list[str]], free: dict[str, Amount]) -> Finding:
    total, nodes = sum(free.values(), Amount()), len(free)
    # What has few nodes to choose from goes first, then what is large.
    for pod in sorted(wanted, key=lambda one: (len(places[one.role]), -one.size.cpu, -one.size.memory)):
        room = [name for name in places[pod.role] if free[name].holds(pod.size)]
        if not room:
            what = f"a pod of {pod.role} asks for {pod.size}, and no node has that much left ({total} are free in all)"
            return warning(CHECK, what, "Add a node, unless an autoscaler does, or lower resources.requests")
        place = max(room, key=lambda name: free[name].cpu)
        free[place] -= pod.size
    sizes = sum((pod.size for pod in wanted), Amount())
    return fine(CHECK, f"{len(wanted)} pods need {sizes}; {total} are free on {nodes} nodes")


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
    return larger + amount_of(part(pod, "spec", "overhead"))


def _free(settings: MeshSettings, empty: dict[str, Amount], pods: list[Document]) -> dict[str, Amount]:
    """What is left on each node; the pods of the stack itself are not counted, so that a deployed stack has room."""
    own = [(settings.control_plane.namespace, {"app": "istiod"})]
    own += [(gateway.namespace, {"app": name}) for name, gateway in settings.gateways.items()]
    own += [(one.namespace, one.labels) for one in addon_workloads(settings.addons)]
    free = dict(empty)
    for pod in pods:
        node = str(part(pod, "spec").get("nodeName"))
        here, labels = pod["metadata"].get("namespace"), metadata(pod, "labels").items()
        mine = any(here == namespace and its.items() <= labels for namespace, its in own)
        if node in free and not mine and part(pod, "status").get("phase") not in {"Succeeded", "Failed"}:
            free[node] -= pod_requests(pod)
    return free


def _requests(container: Document) -> Amount:
    return amount_of(part(container, "resources", "requests"))
