"""What a kubelet does for a container: resolve its environment, and give it a token of its ServiceAccount."""

import re

from lab.kube_api import KubeApi, Object

# The token outlives any lab; a kubelet would rotate one of an hour.
TOKEN_SECONDS = 365 * 24 * 3600
_REFERENCE = re.compile(r"\$\(([A-Za-z_][A-Za-z0-9_]*)\)")


def container(pod: Object, name: str) -> Object:
    """A container of a pod; a native sidecar is found among the init containers.

    Raises:
        KeyError: the pod has no such container.
    """
    found = find_container(pod, name)
    if found is None:
        raise KeyError(name)
    return found


def find_container(pod: Object, name: str) -> Object | None:
    """The same, and None where the pod has no such container."""
    spec = pod["spec"]
    found = (one for one in [*spec["containers"], *spec.get("initContainers", [])] if one["name"] == name)
    return next(found, None)


def environment(pod: Object, name: str) -> dict[str, str]:
    """A container's environment with the downward API resolved; resource limits do not bind a process of the lab."""
    fields = {
        "metadata.name": pod["metadata"]["name"],
        "metadata.namespace": pod["metadata"]["namespace"],
        "spec.serviceAccountName": pod["spec"].get("serviceAccountName", "default"),
        "spec.nodeName": pod["spec"].get("nodeName", ""),
        "status.podIP": pod["status"].get("podIP", ""),
        "status.hostIP": pod["status"].get("hostIP", ""),
    }
    resolved: dict[str, str] = {}
    for entry in container(pod, name).get("env", []):
        path = entry.get("valueFrom", {}).get("fieldRef", {}).get("fieldPath", "")
        if "valueFrom" not in entry:
            resolved[entry["name"]] = entry.get("value", "")
        elif path in fields:
            resolved[entry["name"]] = fields[path]
    return resolved


def arguments(pod: Object, name: str) -> list[str]:
    """A container's arguments with `$(NAME)` expanded."""
    known = environment(pod, name)
    return [
        _REFERENCE.sub(lambda match: known.get(match[1], match[0]), argument)
        for argument in container(pod, name).get("args", [])
    ]


def service_account_token(api: KubeApi, pod: Object, audience: str | None = None) -> str:
    """A token of the pod's own ServiceAccount, so that the charts' RBAC is what the process really works with."""
    namespace, account = pod["metadata"]["namespace"], pod["spec"].get("serviceAccountName", "default")
    spec: Object = {"expirationSeconds": TOKEN_SECONDS}
    if audience:
        spec["audiences"] = [audience]
    request = {"apiVersion": "authentication.k8s.io/v1", "kind": "TokenRequest", "spec": spec}
    path = f"/api/v1/namespaces/{namespace}/serviceaccounts/{account}/token"
    return str(api.post(path, request)["status"]["token"])
