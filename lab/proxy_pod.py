"""The pod whose data plane is to run."""

from lab.errors import LabError
from lab.kube_api import KubeApi, Object
from lab.pods import find_container
from lab.proxy_files import CONTAINER


def injected_pod(api: KubeApi, namespace: str, name: str) -> Object:
    """The newest pod of a Deployment, with the proxy that istiod put into it.

    Raises:
        LabError: there is no such Deployment, no pod of it runs, or it was not injected.
        httpx.HTTPError: the API server does not answer.
    """
    path = f"/apis/apps/v1/namespaces/{namespace}/deployments/{name}"
    if not api.exists(path):
        raise LabError(
            f"{namespace}/{name}: there is no Deployment of this name. Deploy the stack first ('make up'), and see "
            "'kubectl get deployments --all-namespaces' for those there are."
        )
    labels = api.get(path)["spec"]["selector"]["matchLabels"]
    selector = ",".join(f"{key}={value}" for key, value in labels.items())
    pods = api.items(f"/api/v1/namespaces/{namespace}/pods", labelSelector=selector)
    running = [
        pod for pod in pods if pod.get("status", {}).get("podIP") and not pod["metadata"].get("deletionTimestamp")
    ]
    if not running:
        raise LabError(f"{namespace}/{name}: no pod runs yet. See 'kubectl -n {namespace} get pods'.")
    newest = max(running, key=lambda pod: pod["metadata"]["creationTimestamp"])
    proxy = find_container(newest, CONTAINER)
    if proxy is None:
        raise LabError(
            f"{namespace}/{name}: the pod has no container {CONTAINER}, so it was not injected. Label its namespace "
            f"istio-injection=enabled, then 'kubectl -n {namespace} rollout restart deployment {name}'."
        )
    if proxy["image"] == "auto":
        raise LabError(
            f"{namespace}/{name}: the pod was not injected (image 'auto'). Its namespace must not be labelled "
            "istio-injection=disabled, and istiod must have been ready when the pod was made."
        )
    return newest
