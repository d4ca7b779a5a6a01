"""What `up` waits for where Helm does not wait, and what it leaves when it is interrupted meanwhile."""

import os
import signal
import subprocess
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from lab.layout import CHECKOUT
from lab.readiness import wait_until
from tests.lab.conftest import Lab
from tests.lab.own_stack import OwnStack

pytestmark = pytest.mark.lab

ISTIOD: dict[str, Any] = {"profile": "demo", "istio": {"version": "1.30.3"}}
NOWHERE = {"controlPlane": {"nodeSelector": {"example.com/nowhere": "true"}}}
"""No node has the label, so that no pod starts."""
AWAITED = "{.metadata.annotations.istio-mesh/awaited-revision}"
STATUS = "{.metadata.generation} {.status.observedGeneration} {.status.updatedReplicas} {.status.availableReplicas}"


@pytest.fixture
def stack(lab: Lab, tmp_path: Path) -> Iterator[OwnStack]:
    """A stack of istiod alone, on a lab that holds nothing else."""
    own = OwnStack(lab, tmp_path, "rollout", ISTIOD)
    yield own
    destroyed = own.destroy()
    assert destroyed.returncode == 0, f"the stack has to go again: {destroyed.stdout}{destroyed.stderr}"


def of_istiod(lab: Lab, path: str) -> str:
    """What the Deployment of istiod says."""
    return lab.kubectl("get", "deployment", "istiod", "--namespace=istio-system", f"--output=jsonpath={path}").stdout


def test_an_up_that_changes_istiod_is_done_when_the_new_pods_are_available(lab: Lab, stack: OwnStack) -> None:
    for expected, env in (("v1", {}), ("v2", {"PILOT_DEBOUNCE_AFTER": "200ms"})):
        stack.describe({**ISTIOD, "controlPlane": {"env": env}})
        done = stack.up()
        assert done.returncode == 0, f"{done.stdout}{done.stderr}"
        generation, *rest = of_istiod(lab, STATUS).split()
        assert rest == [generation, "1", "1"], f"revision {expected} is rolled out when `up` ends"
        assert of_istiod(lab, AWAITED) == expected, "each revision is awaited anew"
    assert stack.up("--expect-no-changes").returncode == 0, "what was awaited is no difference afterwards"


def test_an_interrupted_wait_locks_no_release_and_the_next_up_goes_on(lab: Lab, stack: OwnStack) -> None:
    stack.describe({**ISTIOD, **NOWHERE})
    command = [str(lab.target.program), "up", "--yes", "--skip-preview", f"--stack={stack.name}"]
    env = {**os.environ, **lab.target.environment(stack.name)}
    with subprocess.Popen(
        [*command, f"--config-file={stack.file}"], cwd=CHECKOUT, env=env, stdout=subprocess.PIPE, text=True
    ) as up:
        assert wait_until(lambda: of_istiod(lab, AWAITED) == "v1", 60.0), "istiod is written, and waited for"
        up.send_signal(signal.SIGINT)
        told, _ = up.communicate()
    print(told)
    assert up.returncode, "it was interrupted before istiod was ready"
    states = "--output=jsonpath={.items[*].metadata.labels.status}"
    found = lab.kubectl("get", "secret", "--namespace=istio-system", "--selector=owner=helm,name=istiod", states)
    assert found.stdout == "deployed", "Helm refuses to go on with a release that is pending-install"
    stack.describe(ISTIOD)
    done = stack.up()
    assert done.returncode == 0, f"{done.stdout}{done.stderr}"
    assert of_istiod(lab, "{.status.availableReplicas}") == "1", "the next up waits for what the last one did not"
