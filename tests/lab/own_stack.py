"""A stack of a test's own on the lab, beside the committed ones."""

import os
import subprocess
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import yaml

from lab.layout import CHECKOUT
from lab.stack_file import read_stack_file, write_copy
from tests.lab.conftest import Lab


class OwnStack:
    """A stack with the `mesh` object that a test gives it; the lab replaces in it what it replaces everywhere."""

    def __init__(self, lab: Lab, folder: Path, name: str, mesh: Mapping[str, Any]) -> None:
        self.lab = lab
        self.folder = folder
        self.name = name
        self.file = lab.target.project / f"Pulumi.{name}.yaml"
        self.describe(mesh)
        lab.target.ensure_stack(name)

    def describe(self, mesh: Mapping[str, Any], **replacements: object) -> None:
        """Write the stack file anew; its encryption stays, its secrets do not."""
        committed = self.folder / self.file.name
        committed.write_text(yaml.safe_dump({"config": {"istio-mesh:mesh": mesh}}))
        write_copy(
            read_stack_file(committed), committed.name, self.file, {**self.lab.target.replacements, **replacements}
        )

    def pulumi(self, *arguments: str, stdin: str | None = None) -> subprocess.CompletedProcess[str]:
        """Run pulumi on this stack."""
        command = [str(self.lab.target.program), *arguments, f"--stack={self.name}"]
        env = {**os.environ, **self.lab.target.environment(self.name)}
        return subprocess.run(command, capture_output=True, text=True, check=False, cwd=CHECKOUT, env=env, input=stdin)

    def up(self, *options: str) -> subprocess.CompletedProcess[str]:
        """Deploy the stack."""
        return self.pulumi("up", "--yes", "--skip-preview", f"--config-file={self.file}", *options)

    def destroy(self) -> subprocess.CompletedProcess[str]:
        """Destroy the stack."""
        return self.pulumi("destroy", "--yes", "--skip-preview", f"--config-file={self.file}")

    def keep(self, key: str, text: str) -> None:
        """Put a value into the stack's secret configuration."""
        done = self.pulumi("config", "set", "--secret", key, f"--config-file={self.file}", stdin=text)
        assert done.returncode == 0, f"the secret could not be stored: {done.stderr}"
