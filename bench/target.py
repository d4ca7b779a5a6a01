"""The lab that is measured on, and the two programs: the project's own and an empty one."""

import os
import subprocess
from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from bench.measure import peak_megabytes, seconds
from lab import cluster
from lab.errors import LabError
from lab.inventory import leftovers
from lab.layout import CHECKOUT, LabLayout
from lab.pulumi import Target
from lab.readiness import wait_until
from operations.lab.programs import LAB_TOOLS, fetch, paths
from operations.lab.up import bring_up

STACK = "dev"
SIZES = (10, 100, 1_000)
"""How many services a stack has, one after the other, where nothing else is asked for."""
_EMPTY = "empty"
_SETTLE_SECONDS = 30.0


@dataclass(frozen=True)
class Bench:
    """A running lab, and how often each thing is measured."""

    layout: LabLayout
    target: Target
    programs: dict[str, Path]
    runs: int
    services: Sequence[int] = SIZES
    """How many services a stack has, one after the other."""

    def mesh(self, *arguments: str) -> float:
        """How long plain pulumi takes with the stack."""
        return seconds(self._mesh(arguments), self.environment(STACK), CHECKOUT)

    def mesh_alone(self, *arguments: str) -> float:
        """The same with the stack without its sample: what istioctl installs too."""
        alone = replace(self.target, replacements={**self.target.replacements, "samples": {}})
        return seconds(alone.command([*arguments, f"--stack={STACK}"]), self.environment(STACK), CHECKOUT)

    def mesh_memory(self, *arguments: str) -> float:
        """The peak memory of the project's program, in MB."""
        return peak_megabytes(self._mesh(arguments), self.environment(STACK), CHECKOUT)

    def empty(self, *arguments: str) -> float:
        """How long plain pulumi takes with a program that only imports its SDK: same environment, same backend."""
        return seconds(
            [str(self.target.program), *arguments, f"--stack={_EMPTY}"], self.environment(_EMPTY), self._empty_project()
        )

    def istioctl(self, *arguments: str) -> float:
        """How long istioctl takes on the lab's cluster."""
        command = [str(self.programs["istioctl"]), *arguments, f"--kubeconfig={self.layout.kubeconfig}"]
        return seconds(command, dict(os.environ), self.layout.root)

    def kubectl(self, *arguments: str) -> float:
        """How long kubectl takes on the lab's cluster."""
        command = [str(self.programs["kubectl"]), *arguments, f"--kubeconfig={self.layout.kubeconfig}"]
        return seconds(command, dict(os.environ), self.layout.root)

    def clean(self) -> None:
        """Have the cluster hold what a new lab holds, so that everything is installed onto the same ground.

        Helm keeps CRDs; istioctl keeps namespaces; istiod keeps what it wrote into other namespaces and for the whole
        cluster. CRDs go last, because objects of their kinds go with them.

        Raises:
            LabError: something is left even so.
        """
        self._delete("Namespace")
        for kind in sorted({one.partition(" ")[0] for one in self._left()}, key=lambda one: one.startswith("Custom")):
            self._delete(kind)
        if rest := self._left():
            raise LabError(f"the lab is not empty again: {', '.join(rest)}")

    def _delete(self, kind: str) -> None:
        """Delete the objects of a kind that are more than in a new lab, and wait until they are gone."""
        names: dict[str, list[str]] = {}
        for one in self._left():
            of, _, place = one.partition(" ")
            namespace, _, name = place.rpartition("/")
            if of == kind:
                names.setdefault(namespace, []).append(name)
        for namespace, those in names.items():
            within = [f"--namespace={namespace}"] if namespace else []
            self.kubectl("delete", kind.lower(), *those, *within, "--wait", "--ignore-not-found")

    def _left(self) -> list[str]:
        """What is more than in a new lab; for a moment the API server still lists the kinds of CRDs that are gone."""
        found: list[str] = []

        def answered() -> bool:
            try:
                found[:] = leftovers(self.layout, self.programs["kubectl"])
            except LabError:
                return False
            return True

        if not wait_until(answered, _SETTLE_SECONDS):
            return leftovers(self.layout, self.programs["kubectl"])
        return found

    def lab_megabytes(self) -> float:
        """The resident memory of all parts of the lab."""
        return sum(part.memory_bytes for part in cluster.status(self.layout)) / 1e6

    def _mesh(self, arguments: Sequence[str]) -> list[str]:
        return self.target.command([*arguments, f"--stack={STACK}"])

    def environment(self, stack: str) -> dict[str, str]:
        """What a pulumi command of a stack runs with."""
        return {**os.environ, **self.target.environment(stack)}

    def _empty_project(self) -> Path:
        """The folder of the empty program, written and given a stack once."""
        folder = self.layout.root / "empty"
        if not folder.exists():
            folder.mkdir()
            (folder / "__main__.py").write_text("import pulumi  # noqa: F401\n")
            runtime = f"runtime: {{name: python, options: {{toolchain: pip, virtualenv: {CHECKOUT / '.venv'}}}}}"
            (folder / "Pulumi.yaml").write_text(f"name: empty\n{runtime}\n")
            command = [str(self.target.program), "stack", "init", _EMPTY, "--non-interactive", "--no-select"]
            subprocess.run(command, env=self.environment(_EMPTY), cwd=folder, capture_output=True, check=True)
        return folder


def start_bench(layout: LabLayout, runs: int, services: Sequence[int]) -> Bench:
    """Start the lab and prepare Pulumi for it.

    Raises:
        LabError: the lab does not come up.
        ToolError: a tool cannot be had.
    """
    tools = fetch((*LAB_TOOLS, "istioctl"))
    target, _ = bring_up(layout, tools)
    return Bench(layout, target, paths(tools), runs, services)
