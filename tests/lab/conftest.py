"""A lab of the tests' own, and the stacks deployed to it: real Pulumi, API server, istiod and Envoy."""

import os
import subprocess
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import httpx
import pytest

from lab import cluster
from lab.inventory import leftovers
from lab.layout import CHECKOUT, LabLayout
from lab.processes import records
from lab.pulumi import Target, lab_target
from lab.tools import Tool, ensure_tools

LAB_NAME = f"test-{os.getpid()}"


@dataclass(frozen=True)
class Lab:
    """The running lab, with what tests do to it."""

    layout: LabLayout
    tools: dict[str, Tool]
    target: Target

    @property
    def programs(self) -> dict[str, Path]:
        """Name -> path of every tool."""
        return {name: tool.path for name, tool in self.tools.items()}

    def up(self) -> float:
        """`./mesh lab up`."""
        version = self.tools["istio-charts"].version
        return cluster.up(self.layout, self.programs, istio_version=version, report=print)

    def kubectl(self, *arguments: str, stdin: str | None = None) -> subprocess.CompletedProcess[str]:
        """Run kubectl as the lab's administrator."""
        command = [str(self.programs["kubectl"]), f"--kubeconfig={self.layout.kubeconfig}", *arguments]
        return subprocess.run(command, capture_output=True, text=True, check=False, input=stdin)

    def pulumi(self, *arguments: str, stack: str) -> subprocess.CompletedProcess[str]:
        """Run plain pulumi in the lab's environment, as a user who evaluated `./mesh lab env` does."""
        return _run(["pulumi", *arguments, "--stack", stack], env=self.target.environment(stack))

    def mesh(
        self, *arguments: str, kubeconfig: Path | None = None, environment: Mapping[str, str] | None = None
    ) -> subprocess.CompletedProcess[str]:
        """Run the project's command on this lab, or with the kubeconfig of another cluster."""
        # What is within reach of a machine must not decide what tests see.
        env = {"MESH_LAB": self.layout.name, "ADDON_CHARTS": "stand-ins", **(environment or {})}
        if kubeconfig:
            env["KUBECONFIG"] = str(kubeconfig)
        return _run([str(CHECKOUT / "mesh"), *arguments], env=env)

    def istioctl(self, *arguments: str) -> subprocess.CompletedProcess[str]:
        """Run istioctl as the lab's administrator."""
        command = [str(self.programs["istioctl"]), *arguments, f"--kubeconfig={self.layout.kubeconfig}"]
        return _run(command, env={})

    def istiod_debug(self, path: str) -> list[dict[str, Any]]:
        """A debug page of istiod, decoded."""
        port = records(self.layout)["istiod-istio-system.default"].ports["15014"]
        return httpx.get(f"http://127.0.0.1:{port}{path}", trust_env=False).json()

    def leftovers(self) -> list[str]:
        """What the cluster holds more than the new lab did."""
        return leftovers(self.layout, self.programs["kubectl"])


def _run(command: Sequence[str], env: dict[str, str]) -> subprocess.CompletedProcess[str]:
    environ = {**os.environ, **env}
    return subprocess.run(list(command), capture_output=True, text=True, check=False, cwd=CHECKOUT, env=environ)


def start_lab(name: str) -> Lab:
    """A new lab, started, with Pulumi prepared for it."""
    layout = LabLayout(name)
    tools = ensure_tools()
    target = lab_target(layout, tools["istio-charts"].version)
    lab = Lab(layout, tools, target)
    lab.up()
    target.prepare(lab.programs, {name: tool.version for name, tool in tools.items()})
    return lab


@pytest.fixture(scope="session")
def lab() -> Iterator[Lab]:
    """One lab for all tests of the tier, gone with all it holds at the end."""
    layout = LabLayout(LAB_NAME)
    try:
        yield start_lab(LAB_NAME)
    finally:
        cluster.down(layout, delete=True)


def deployed(lab: Lab, stack: str) -> Iterator[Lab]:
    """Deploy a stack and destroy it at the end, whatever happened in between."""
    done = lab.pulumi("up", "--yes", "--skip-preview", stack=stack)
    try:
        assert done.returncode == 0, f"pulumi up of {stack} failed:\n{done.stdout}\n{done.stderr}"
        yield lab
    finally:
        lab.pulumi("destroy", "--yes", "--skip-preview", stack=stack)


@pytest.fixture(scope="module")
def dev(lab: Lab) -> Iterator[Lab]:
    """The lab with the dev stack."""
    yield from deployed(lab, "dev")


@pytest.fixture(scope="module")
def prod(lab: Lab) -> Iterator[Lab]:
    """The lab with the prod stack."""
    yield from deployed(lab, "prod")
