"""The policy pack as Pulumi's own analyzer, on the lab."""

import copy
import json
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from lab.layout import CHECKOUT
from tests.lab.conftest import Lab
from tests.lab.own_stack import OwnStack
from tests.support.stacks import stack_config

pytestmark = pytest.mark.lab

PACK = CHECKOUT / "policy"
PROD: dict[str, Any] = stack_config("prod")["istio-mesh:mesh"]
LOOSE_OBJECTS: list[dict[str, Any]] = [
    {
        "apiVersion": "networking.istio.io/v1alpha3",
        "kind": "EnvoyFilter",
        "metadata": {"name": "lua", "namespace": "istio-ingress"},
        "spec": {
            "configPatches": [
                {
                    "applyTo": "CLUSTER",
                    "match": {"context": "GATEWAY"},
                    "patch": {"operation": "MERGE", "value": {"connect_timeout": "1s"}},
                }
            ]
        },
    },
    {
        "apiVersion": "telemetry.istio.io/v1",
        "kind": "Telemetry",
        "metadata": {
            "name": "tracing",
            "namespace": "istio-ingress",
            "annotations": {"istio-mesh/reason": "a load test"},
        },
        "spec": {"tracing": [{"randomSamplingPercentage": 50}]},
    },
]


@pytest.fixture(scope="module")
def stack(lab: Lab, tmp_path_factory: pytest.TempPathFactory) -> OwnStack:
    """The committed prod stack under a name of its own, with what the lab replaces, but protected."""
    if not (PACK / ".venv" / "ready").exists():
        done = subprocess.run(
            ["make", "--silent", "policy", f"PYTHON={sys.executable}"], cwd=CHECKOUT, capture_output=True, check=False
        )
        assert done.returncode == 0, f"the environment of the pack was not made: {done.stderr.decode()}"
    return OwnStack(lab, tmp_path_factory.mktemp("policy"), "prod-policies", PROD)


def preview(stack: OwnStack, mesh: dict[str, Any], *options: str) -> subprocess.CompletedProcess[str]:
    """A preview with the policy pack."""
    stack.describe(mesh, deletionProtection=True)
    return stack.pulumi("preview", f"--policy-pack={PACK}", f"--config-file={stack.file}", *options)


def test_the_prod_stack_violates_no_policy_in_a_preview(stack: OwnStack) -> None:
    done = preview(stack, PROD)
    assert done.returncode == 0, f"production has to be clean by itself:\n{done.stdout}\n{done.stderr}"
    assert "✅ istio-mesh@v0.1.0" in done.stdout, f"and the pack has to have run:\n{done.stdout}"


def loose() -> dict[str, Any]:
    """The prod stack with objects and a gateway that the program takes, and the policies do not."""
    mesh = copy.deepcopy(PROD)
    del mesh["gateways"]["ingressgateway"]["service"]["publicReason"]
    mesh["resources"] = LOOSE_OBJECTS
    return mesh


def test_a_preview_stops_at_a_mandatory_policy_with_the_full_message(stack: OwnStack) -> None:
    done = preview(stack, loose())
    assert done.returncode != 0, "a mandatory policy stops it"
    for line in (
        "values.service.loadBalancerSourceRanges: missing, so that everybody may connect. Name the ranges of those who "
        "may, or say why not by the annotation istio-mesh/accept-public.",
        "kind: EnvoyFilter changes Envoy past Istio's own settings. Use what Istio has a field for, or say why not by "
        "the annotation istio-mesh/accept-envoy-filter.",
        "spec.tracing[0].randomSamplingPercentage: 50 % is more than 10 %. Set it to 10 or less, or say why not by the "
        "annotation istio-mesh/accept-sampling.",
    ):
        assert line in done.stdout, f"the analyzer hands it over as it is:\n{done.stdout}"
    assert done.stdout.count("[mandatory]") == 3, f"and nothing else:\n{done.stdout}"


def test_levels_and_parameters_of_a_file_reach_the_policies(stack: OwnStack, tmp_path: Path) -> None:
    levels = tmp_path / "levels.json"
    settings = {
        "envoy-filter": "advisory",
        "public-load-balancer": {"exceptStacks": ["prod-*"]},
        "tracing-sampling": {"maximum": 60},
    }
    levels.write_text(json.dumps(settings))
    done = preview(stack, loose(), f"--policy-pack-config={levels}")
    assert done.returncode == 0, f"what is left is advisory:\n{done.stdout}\n{done.stderr}"
    assert done.stdout.count("[advisory]") == 1, f"the EnvoyFilter, and nothing else:\n{done.stdout}"
