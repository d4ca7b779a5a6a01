"""Pulumi on one target cluster: where its state, plugins and passphrase are, and which stack file a command gets."""

import json
import os
import secrets
import shutil
import signal
import subprocess
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from lab.errors import LabError
from lab.interruption import uninterrupted
from lab.layout import CHECKOUT, OWN_BIN_MARKER, LabLayout, write_atomically
from lab.parts import CONTEXT
from lab.pulumi_command import needs_stack_file, stack_of, wrapper
from lab.stack_file import StackCopy, check_stack_file, write_copy

PROJECT = "istio-mesh"
SETTINGS = "pulumi.json"
# Pulumi looks for the language host beside its own executable, and the host for its script beside itself; both follow
# links first. So they lie in one folder, as they do in Pulumi's release.
BUNDLE = ("pulumi", "pulumi-language-python", "pulumi-language-python-exec")


@dataclass(frozen=True)
class Target:
    """One cluster that stacks are deployed to, with Pulumi's own files for it below `folder`.

    `replacements` are the dotted paths below `mesh` in which stacks differ here from their committed files.
    """

    folder: Path
    kubeconfig: str
    replacements: Mapping[str, Any]
    checkout: Path = CHECKOUT

    @property
    def program(self) -> Path:
        """The real pulumi."""
        return self.folder / "pulumi" / "program" / "pulumi"

    @property
    def project(self) -> Path:
        """Folder of the generated stack files."""
        return self.folder / "project"

    @property
    def bin(self) -> Path:
        """Folder for PATH with the tools, and a `pulumi` that knows the generated stack files."""
        return self.folder / "bin"

    def environment(self, stack: str) -> dict[str, str]:
        """The environment in which plain `pulumi` and `kubectl` work on this cluster."""
        entries = os.environ.get("PATH", os.defpath).split(os.pathsep)
        path = [str(self.bin), *(entry for entry in entries if entry != str(self.bin))]
        return {
            "KUBECONFIG": self.kubeconfig,
            "PULUMI_HOME": str(self.folder / "pulumi" / "home"),
            "PULUMI_BACKEND_URL": (self.folder / "pulumi" / "state").as_uri(),
            "PULUMI_CONFIG_PASSPHRASE_FILE": str(self.folder / "pulumi" / "passphrase"),
            "PULUMI_SKIP_UPDATE_CHECK": "true",
            "PULUMI_STACK": stack,
            "PATH": os.pathsep.join(path),
        }

    def stack_copy(self, stack: str, document: Mapping[str, Any] | None = None) -> StackCopy:
        """Write the copy of a committed stack file for this cluster.

        `document` is the file's content where `check_stack_file` was passed before.

        Raises:
            LabError: the committed file is missing, or its settings are wrong.
        """
        committed = self.checkout / f"Pulumi.{stack}.yaml"
        checked = check_stack_file(committed) if document is None else document
        return write_copy(checked, committed.name, self.project / committed.name, self.replacements)

    def ensure_stack(self, stack: str) -> None:
        """Create the stack in this target's backend, where it is missing; the committed stack file is not touched.

        Raises:
            LabError: Pulumi refuses it.
        """
        if (self.folder / "pulumi/state/.pulumi/stacks" / PROJECT / f"{stack}.json").exists():
            return
        command = [str(self.program), "stack", "init", stack, "--non-interactive", "--no-select"]
        command += [f"--cwd={self.project}", "--secrets-provider=passphrase"]
        done = self._run(command, stack, capture=True)
        if done.returncode:
            raise LabError(f"pulumi stack init {stack} failed: {done.stderr.strip() or done.stdout.strip()}")

    def command(self, arguments: Sequence[str], copy: StackCopy | None = None) -> list[str]:
        """The real pulumi with `arguments`, and with the generated stack file where the command reads one.

        The file is `copy` where that was made before, and is made now otherwise.

        Raises:
            LabError: the committed stack file is missing or wrong, or Pulumi refuses to create the stack.
        """
        command = [str(self.program), *arguments]
        if not needs_stack_file(arguments):
            return command
        stack = stack_of(arguments)
        copy = copy or self.stack_copy(stack)
        self.ensure_stack(stack)
        # Pulumi wrote the encryption of a new stack beside what was there.
        return [*command, f"--config-file={copy.path}"]

    def run(self, arguments: Sequence[str], stack: str, copy: StackCopy | None = None) -> int:
        """Run pulumi here with the terminal of the caller, on `copy` if there is one; returns its exit code.

        Raises:
            LabError: as `command`.
        """
        command = self.command([*arguments, f"--stack={stack}"], copy)
        with uninterrupted(signal.SIGINT):  # The terminal sends Ctrl-C to Pulumi too, which needs a while to end well.
            return self._run(command, stack, capture=False).returncode

    def outputs(self, stack: str) -> dict[str, Any]:
        """The stack's outputs.

        Raises:
            LabError: the stack cannot be read.
        """
        command = [str(self.program), "stack", "output", "--json", f"--stack={stack}"]
        done = self._run(command, stack, capture=True)
        if done.returncode:
            raise LabError(f"pulumi stack output failed: {done.stderr.strip()}")
        return json.loads(done.stdout)

    def _run(self, command: Sequence[str], stack: str, *, capture: bool) -> subprocess.CompletedProcess[str]:
        """The command, run to its end in the checkout and in this target's environment."""
        env = {**os.environ, **self.environment(stack)}
        return subprocess.run(command, env=env, cwd=self.checkout, capture_output=capture, text=True, check=False)

    def prepare(self, programs: Mapping[str, Path], versions: Mapping[str, str]) -> None:
        """Lay out backend, plugins, passphrase and the folder of commands. Safe to call at any time."""
        for folder in (self.folder / "pulumi" / "state", self.bin):
            folder.mkdir(parents=True, exist_ok=True)
        (self.bin / OWN_BIN_MARKER).touch()
        passphrase = self.folder / "pulumi" / "passphrase"
        if not passphrase.exists():
            write_atomically(passphrase, secrets.token_hex(16), mode=0o600)
        for kind in ("kubernetes", "random"):
            name = f"pulumi-resource-{kind}"
            _link(self.folder / "pulumi/home/plugins" / f"resource-{kind}-v{versions[name]}" / name, programs[name])
        for name in BUNDLE:
            _place(self.program.with_name(name), programs[name])
        for name, program in programs.items():
            if not name.startswith("pulumi") and program.is_file():
                _link(self.bin / name, program)
        write_atomically(self.bin / "pulumi", wrapper(self.folder), mode=0o755)
        self.project.mkdir(parents=True, exist_ok=True)
        write_atomically(self.project / "Pulumi.yaml", f"name: {PROJECT}\nruntime: python\n")
        saved = {
            "kubeconfig": self.kubeconfig,
            "replacements": dict(self.replacements),
            "checkout": str(self.checkout),
        }
        write_atomically(self.folder / SETTINGS, json.dumps(saved, indent=1))


def load_target(folder: Path) -> Target:
    """The target whose files lie below `folder`, as `Target.prepare` left it.

    Raises:
        LabError: it was never prepared, or its settings are damaged.
    """
    path = folder / SETTINGS
    try:
        saved = json.loads(path.read_text())
        return Target(folder, saved["kubeconfig"], saved["replacements"], Path(saved.get("checkout", CHECKOUT)))
    except (FileNotFoundError, NotADirectoryError):
        raise LabError(f"{folder.name!r} was never started. Run './mesh lab up' first.") from None
    except (ValueError, KeyError, TypeError):
        raise LabError(f"{path}: is damaged. Run './mesh lab up', which writes it anew.") from None


def lab_target(layout: LabLayout, istio_version: str) -> Target:
    """The lab as a target: stacks differ in the cluster, the Istio version, and where the charts come from."""
    replacements = {
        "cluster": {"kubeconfig": str(layout.kubeconfig), "context": CONTEXT},
        "istio.version": istio_version,
        # The lab packages its charts itself; a lock file of the project is about published ones.
        "istio.charts": {"folder": str(layout.charts), "locked": False},
        # The publishers' charts, or stand-ins where those cannot be had (tests/stand_in_charts).
        "addons.charts": {"folder": str(layout.charts), "locked": False},
        # A lab is there to be thrown away.
        "deletionProtection": False,
    }
    return Target(layout.root, str(layout.kubeconfig), replacements, layout.checkout)


def _link(link: Path, target: Path) -> None:
    if link.is_symlink() and link.readlink() == target:
        return
    link.parent.mkdir(parents=True, exist_ok=True)
    link.unlink(missing_ok=True)
    link.symlink_to(target)


def _place(place: Path, program: Path) -> None:
    """Have a program at `place` as a file of its own: a hard link, or a copy where the disk is another one."""
    if place.exists() and (place.samefile(program) or place.stat().st_mtime_ns == program.stat().st_mtime_ns):
        return
    place.parent.mkdir(parents=True, exist_ok=True)
    partial = place.with_name(f"{place.name}.partial")
    partial.unlink(missing_ok=True)
    try:
        partial.hardlink_to(program)
    except OSError:
        shutil.copy2(program, partial)
    partial.replace(place)
