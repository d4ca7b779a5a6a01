"""What a kubelet does for a container."""

from typing import Any

import pytest

from lab.kube_api import KubeApi
from lab.pods import TOKEN_SECONDS, arguments, container, environment, service_account_token
from tests.lab_unit.api_server import ApiServer

PATHS = {
    "metadata.name": "istiod-1",
    "metadata.namespace": "istio-system",
    "spec.serviceAccountName": "istiod",
    "spec.nodeName": "node-a",
    "status.podIP": "10.244.0.5",
    "status.hostIP": "192.0.2.11",
}


def _pod(*env: dict[str, Any], args: tuple[str, ...] = ()) -> dict[str, Any]:
    return {
        "metadata": {"name": "istiod-1", "namespace": "istio-system"},
        "spec": {
            "serviceAccountName": "istiod",
            "nodeName": "node-a",
            "containers": [{"name": "discovery", "env": list(env), "args": list(args)}],
            "initContainers": [{"name": "istio-proxy", "args": ["sidecar"]}],
        },
        "status": {"podIP": "10.244.0.5", "hostIP": "192.0.2.11"},
    }


@pytest.mark.parametrize("path", PATHS)
def test_a_field_of_the_downward_api_is_resolved(path: str) -> None:
    pod = _pod({"name": "IT", "valueFrom": {"fieldRef": {"fieldPath": path}}})
    assert environment(pod, "discovery") == {"IT": PATHS[path]}, "as the kubelet does"


def test_a_plain_value_is_taken_as_it_is() -> None:
    assert environment(_pod({"name": "A", "value": "1"}, {"name": "B"}), "discovery") == {"A": "1", "B": ""}


def test_what_the_lab_cannot_resolve_is_left_out() -> None:
    pod = _pod({"name": "CPU", "valueFrom": {"resourceFieldRef": {"resource": "limits.cpu"}}})
    assert environment(pod, "discovery") == {}, "a limit of the pod does not bind a process of the lab"


def test_references_in_arguments_are_expanded_and_unknown_ones_stay() -> None:
    pod = _pod({"name": "DOMAIN", "value": "cluster.local"}, args=("--domain", "$(DOMAIN)", "$(UNKNOWN)", "$DOMAIN"))
    assert arguments(pod, "discovery") == ["--domain", "cluster.local", "$(UNKNOWN)", "$DOMAIN"]


def test_a_native_sidecar_is_found_among_the_init_containers() -> None:
    assert container(_pod(), "istio-proxy")["args"] == ["sidecar"], "Istio puts it there on newer clusters"


def test_a_container_that_a_pod_does_not_have_is_an_error() -> None:
    with pytest.raises(KeyError, match="envoy"):
        container(_pod(), "envoy")


def test_a_token_is_asked_for_the_pods_own_account(server: ApiServer, api: KubeApi) -> None:
    assert service_account_token(api, _pod(), audience="istio-ca") == "token-for-istiod", "the answer's token"
    path, request = server.posted[0]
    assert path == "/api/v1/namespaces/istio-system/serviceaccounts/istiod/token"
    assert request["spec"] == {"expirationSeconds": TOKEN_SECONDS, "audiences": ["istio-ca"]}
