"""What the API server's Pod Security admission does with the mesh's own pods, which the settings are checked for."""

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from lab.readiness import wait_until
from tests.lab.conftest import Lab
from tests.lab.own_stack import OwnStack

pytestmark = pytest.mark.lab

PROFILE = {"type": "RuntimeDefault"}
SYSCTLS = [{"name": "net.ipv4.ip_unprivileged_port_start", "value": "0"}]
MESH: dict[str, Any] = {
    "profile": "demo",
    "istio": {
        "version": "1.30.3",
        "extraValues": {
            "istiod": {"seccompProfile": PROFILE},
            "gateway": {"securityContext": {"sysctls": SYSCTLS, "seccompProfile": PROFILE}},
        },
    },
    "namespaces": {
        "istio-system": {"podSecurity": {"enforce": "restricted"}},
        "edge": {"podSecurity": {"enforce": "restricted"}},
    },
    "gateways": {
        "edge": {"namespace": "edge", "servers": [{"port": 80, "protocol": "HTTP", "hosts": ["*"]}]},
    },
}
WITH_CNI = {"istiod": {"seccompProfile": PROFILE, "cni": {"enabled": True}}}
"""The values of the stack, and that the CNI plugin does the work of istio-init."""

POD = {
    "apiVersion": "v1",
    "kind": "Pod",
    "metadata": {"name": "probe", "namespace": "guarded"},
    "spec": {
        "securityContext": {"runAsNonRoot": True, "seccompProfile": PROFILE},
        "containers": [
            {
                "name": "probe",
                "image": "example/probe",
                "securityContext": {"allowPrivilegeEscalation": False, "capabilities": {"drop": ["ALL"]}},
            }
        ],
    },
}
"""A pod that the level restricted takes."""


@pytest.fixture(scope="module")
def stack(lab: Lab, tmp_path_factory: pytest.TempPathFactory) -> Iterator[OwnStack]:
    """A mesh whose own namespaces are restricted, and a namespace of somebody else for pods with a sidecar."""
    stack = OwnStack(lab, Path(tmp_path_factory.mktemp("guarded")), "guarded", MESH)
    try:
        done = stack.up()
        assert done.returncode == 0, f"istiod and the gateway run at this level:\n{done.stdout}\n{done.stderr}"
        lab.kubectl("create", "namespace", "guarded")
        lab.kubectl("label", "namespace", "guarded", "istio-injection=enabled")
        yield stack
    finally:
        lab.kubectl("delete", "namespace", "guarded", "--ignore-not-found")
        stack.destroy()


@pytest.mark.parametrize("level", ["baseline", "restricted"])
def test_a_sidecar_without_the_plugin_is_refused(stack: OwnStack, level: str) -> None:
    refusal = _refusal(stack.lab, level)
    assert f'violates PodSecurity "{level}:latest"' in refusal, "the stack file is refused for what happens here"
    assert 'container "istio-init"' in refusal, refusal
    assert '"NET_ADMIN", "NET_RAW"' in refusal, refusal


def test_the_level_alone_does_not_refuse_the_pod(stack: OwnStack) -> None:
    stack.lab.kubectl("label", "namespace", "guarded", "istio-injection-")
    try:
        assert _refusal(stack.lab, "restricted") == "", "it is the sidecar that is refused"
    finally:
        stack.lab.kubectl("label", "namespace", "guarded", "istio-injection=enabled")


def test_a_sidecar_with_the_plugin_is_accepted_at_every_level(stack: OwnStack) -> None:
    istio = MESH["istio"] | {"extraValues": MESH["istio"]["extraValues"] | WITH_CNI}
    stack.describe(MESH | {"istio": istio})
    done = stack.up()
    assert done.returncode == 0, f"{done.stdout}\n{done.stderr}"
    assert wait_until(lambda: _refusal(stack.lab, "restricted") == "", 20), "istiod has read its new template"


def _refusal(lab: Lab, level: str) -> str:
    """Why a pod with a sidecar is refused at a level; nothing where it is accepted."""
    lab.kubectl("label", "namespace", "guarded", f"pod-security.kubernetes.io/enforce={level}", "--overwrite")
    return lab.kubectl("create", "--dry-run=server", "--filename=-", stdin=json.dumps(POD)).stderr
