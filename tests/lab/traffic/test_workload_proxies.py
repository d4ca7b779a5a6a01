"""What `proxy` of a service writes into a Deployment of somebody else, and what its pods become by it."""

import json
from typing import Any

import pytest

from tests.lab.own_stack import OwnStack
from tests.lab.traffic.asking import eventually

pytestmark = pytest.mark.lab

PROXY: dict[str, Any] = {
    "concurrency": 3,
    "resources": {"requests": {"cpu": "35m", "memory": "70Mi"}, "limits": {"cpu": "900m", "memory": "300Mi"}},
    "deployments": ["patched-v1"],
}


def pods(stack: OwnStack) -> list[dict[str, Any]]:
    """The pods of the service `patched` that are to stay."""
    query = ("get", "pods", "--namespace=callers", "--selector=app=patched", "--output=json")
    found: list[dict[str, Any]] = json.loads(stack.lab.kubectl(*query).stdout)["items"]
    return [one for one in found if "deletionTimestamp" not in one["metadata"]]


def sidecar(pod: dict[str, Any]) -> dict[str, Any]:
    """The container that istiod put into a pod."""
    spec = pod["spec"]
    return next(one for one in [*spec["containers"], *spec.get("initContainers", [])] if one["name"] == "istio-proxy")


def annotations(stack: OwnStack) -> list[str]:
    """What stands in the Deployment's pod template of what `proxy` writes, by name."""
    query = ("get", "deployment/patched-v1", "--namespace=callers", "--output=json")
    template: dict[str, Any] = json.loads(stack.lab.kubectl(*query).stdout)["spec"]["template"]
    return sorted(name for name in template["metadata"].get("annotations", {}) if "istio.io" in name)


def test_a_deployment_of_somebody_else_gets_the_sidecars_that_its_service_asks_for(
    stack: OwnStack, mesh: dict[str, Any]
) -> None:
    (before,) = pods(stack)
    mesh["services"]["patched"]["proxy"] = PROXY
    stack.describe(mesh)
    try:
        done = stack.up()
        assert done.returncode == 0, f"{done.stdout}\n{done.stderr}"
        eventually(
            lambda: len(pods(stack)) == 1 and pods(stack)[0]["metadata"]["name"] != before["metadata"]["name"],
            "a new pod takes the place of the old one",
        )
        (pod,) = pods(stack)
        assert sidecar(pod)["resources"] == {name: PROXY["resources"][name] for name in ("requests", "limits")}
        environment = {one["name"]: one.get("value") for one in sidecar(pod)["env"]}
        assert json.loads(environment["PROXY_CONFIG"] or "{}")["concurrency"] == 3, "pilot-agent reads it there"
        again = stack.up("--expect-no-changes", "--refresh")
        assert again.returncode == 0, f"nothing has changed:\n{again.stdout}\n{again.stderr}"
    finally:
        del mesh["services"]["patched"]["proxy"]
        stack.describe(mesh)
        undone = stack.up()
    assert undone.returncode == 0, f"{undone.stdout}\n{undone.stderr}"
    assert annotations(stack) == [], "what the stack no longer says goes away, and the Deployment stays"
