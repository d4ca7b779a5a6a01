"""What the agent reads of the cluster: pods, Services, and which control plane they belong to."""

from dataclasses import dataclass

from lab.kube_api import KubeApi, Object
from lab.parts import part_name

ISTIOD = "istiod"


@dataclass(frozen=True)
class Revision:
    """One control plane: istiod's namespace and its revision, 'default' where the chart was given none."""

    namespace: str
    name: str

    @property
    def part(self) -> str:
        """The name of the lab's part that plays it."""
        return part_name(ISTIOD, self.namespace, self.name)

    @property
    def injector_config_map(self) -> str:
        """API path of the ConfigMap without which istiod, once started, never serves its injector."""
        suffix = "" if self.name == "default" else f"-{self.name}"
        return f"/api/v1/namespaces/{self.namespace}/configmaps/istio-sidecar-injector{suffix}"


def revision_of(namespace: str, labels: dict[str, str]) -> Revision | None:
    """The revision that a pod's labels or a Service's selector speak of; None where they are not istiod's."""
    if labels.get("app") != ISTIOD:
        return None
    return Revision(namespace, labels.get("istio.io/rev", "default"))


def istiod_pods(api: KubeApi) -> dict[Revision, list[Object]]:
    """Scheduled, not terminating istiod pods by revision, newest first."""
    pods: dict[Revision, list[Object]] = {}
    found = api.items("/api/v1/pods", labelSelector=f"app={ISTIOD}")
    for pod in sorted(found, key=lambda one: one["metadata"]["creationTimestamp"], reverse=True):
        metadata = pod["metadata"]
        revision = revision_of(metadata["namespace"], metadata.get("labels", {}))
        if revision and pod["spec"].get("nodeName") and not metadata.get("deletionTimestamp"):
            pods.setdefault(revision, []).append(pod)
    return pods


def service_at(api: KubeApi, cluster_ip: str) -> Object | None:
    """The Service that has this cluster address."""
    services = api.items("/api/v1/services")
    return next((service for service in services if service["spec"].get("clusterIP") == cluster_ip), None)


def target_port(service: Object, port: int) -> int | str:
    """The pods' port, or its name, behind a Service's port; the port itself where the Service does not list it."""
    for entry in service["spec"].get("ports", []):
        if entry["port"] == port:
            return entry.get("targetPort", port)
    return port


def pod_at(api: KubeApi, address: str) -> Object | None:
    """The pod that has this address; one that has ended has given it back."""
    pods = api.items("/api/v1/pods", fieldSelector=f"status.podIP={address}")
    return next((pod for pod in pods if pod["status"].get("phase") not in {"Succeeded", "Failed"}), None)
