"""The policy pack as Pulumi's own analyzer, on the lab."""

import copy
import json
import shutil
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
LOOSE = Path(__file__).parent / "loose_program"
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


def loose_program(folder: Path) -> Path:
    """A copy of the program of somebody else: Pulumi writes beside it."""
    shutil.copytree(LOOSE, folder)
    project = folder / "Pulumi.yaml"
    project.write_text(project.read_text().replace("virtualenv: .venv", f"virtualenv: {CHECKOUT / '.venv'}"))
    return folder


def test_the_analyzer_judges_whole_stacks_and_protection(stack: OwnStack, tmp_path: Path) -> None:
    place = f"--cwd={loose_program(tmp_path / 'program')}"
    (chart,) = Path(stack.lab.target.replacements["istio.charts"]["folder"]).glob("istiod-*.tgz")
    for step in (
        ("stack", "init", "--no-select", "--secrets-provider=passphrase", place),
        ("config", "set", "chart", str(chart), place),
    ):
        made = stack.pulumi(*step)
        assert made.returncode == 0, made.stderr
    done = stack.pulumi("preview", f"--policy-pack={PACK}", place)
    assert done.returncode != 0, "both are mandatory"
    for line in (
        "namespace: no PeerAuthentication of lost says what the whole mesh accepts, so it accepts plain text. Add one "
        "without a selector and with mode STRICT.",
        "options.protect: not true, so that Pulumi deletes the namespace. Set it to true.",
    ):
        assert line in done.stdout, f"a rule over the whole stack, and one over options:\n{done.stdout}\n{done.stderr}"
    assert done.stdout.count("[mandatory]") == 2, f"the protected namespace is none of them:\n{done.stdout}"


def judged(stack: OwnStack) -> set[str]:
    """The policies that what is deployed violates."""
    exported = stack.pulumi("stack", "export")
    command = [str(CHECKOUT / "mesh"), "policy", "--state", "-", "--json"]
    done = subprocess.run(command, input=exported.stdout, capture_output=True, text=True, check=False)
    assert done.returncode == 1, f"a demo violates some: {done.stdout}\n{done.stderr}"
    return {one["policy"] for one in json.loads(done.stdout)["violations"]}


def test_an_export_of_pulumi_is_judged_with_its_protection(lab: Lab, tmp_path: Path) -> None:
    mesh = {"profile": "demo", "istio": {"version": "1.30.3"}}
    stack = OwnStack(lab, tmp_path, "exported", mesh)
    try:
        stack.describe(mesh, deletionProtection=True)
        done = stack.up()
        assert done.returncode == 0, f"{done.stdout}\n{done.stderr}"
        protected = judged(stack)
        stack.pulumi("state", "unprotect", "--all", "--yes")
        unprotected = judged(stack)
    finally:
        stack.describe(mesh)
        stack.pulumi("state", "unprotect", "--all", "--yes")
        stack.destroy()
    assert protected == {"mtls-strict", "replicas", "disruption-budget", "atomic-releases"}, (
        "what a demo may do, and no more"
    )
    assert unprotected == protected | {"protected-namespaces"}, "who unprotects by hand is seen"
