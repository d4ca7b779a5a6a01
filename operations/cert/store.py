"""Keeps what was made: as secret configuration of a stack, or as files that only their owner may read."""

import os
import shutil
import subprocess
from collections.abc import Mapping
from pathlib import Path

from lab.errors import LabError
from lab.layout import CHECKOUT, DEFAULT_NAME, LabLayout, write_atomically
from lab.pulumi import PROJECT, load_target
from lab.stack_file import read_stack_file

Texts = Mapping[str, str]
"""Name -> PEM."""


def keep_as_configuration(texts: Texts, stack: str, *, replace: bool) -> None:
    """Store each text as a secret key of `Pulumi.STACK.yaml`, encrypted by the stack's own means.

    Texts go to pulumi by its stdin, so that no list of processes shows them.

    Raises:
        LabError: there is no such stack file, a key is there already and not to be replaced, or pulumi refuses.
    """
    path = CHECKOUT / f"Pulumi.{stack}.yaml"
    there = [name for name in texts if f"{PROJECT}:{name}" in read_stack_file(path)["config"]]
    if there and not replace:
        raise LabError(
            f"{path.name}: has {', '.join(there)} already, and nothing was changed. Choose another --name, or add "
            "--replace if these are for trials too."
        )
    program, environment = _pulumi(stack)
    for name, text in texts.items():
        command = [program, "config", "set", "--secret", name, f"--stack={stack}", "--non-interactive"]
        done = subprocess.run(
            command, input=text, env=environment, cwd=CHECKOUT, capture_output=True, text=True, check=False
        )
        if done.returncode:
            said = [line for line in done.stderr.splitlines() if line.strip()] or [f"exit code {done.returncode}"]
            raise LabError(
                f"pulumi cannot store {name}: {said[0].removeprefix('error: ').removesuffix('.')}. Sign in to the "
                f"backend of the stack, or make it with `pulumi stack init {stack}`; on the lab, run `make up` first."
            )


def keep_as_files(texts: Texts, folder: Path, *, replace: bool) -> list[Path]:
    """Write each text to NAME.pem in `folder`, with mode 0600; returns the paths.

    Raises:
        LabError: a file is there already and not to be replaced.
    """
    paths = {folder / f"{name}.pem": text for name, text in texts.items()}
    there = [path for path in paths if path.exists()]
    if there and not replace:
        raise LabError(
            f"{folder}: has {', '.join(path.name for path in there)} already, and nothing was changed. Choose another "
            "--name, or add --replace if these are for trials too."
        )
    folder.mkdir(parents=True, exist_ok=True)
    for path, text in paths.items():
        write_atomically(path, text, mode=0o600)
    return list(paths)


def _pulumi(stack: str) -> tuple[str, dict[str, str]]:
    """Pulumi of PATH with the user's own environment, else the lab's, whose backend then holds the stack."""
    if found := shutil.which("pulumi"):
        return found, dict(os.environ)
    target = load_target(LabLayout(os.environ.get("MESH_LAB") or DEFAULT_NAME).root)
    target.ensure_stack(stack)
    return str(target.program), {**os.environ, **target.environment(stack)}
