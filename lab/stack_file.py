"""The generated copy of a stack file with which a committed stack runs against another cluster than its own.

Only what must differ is replaced: the cluster, the Istio version, the chart source and the encryption of secrets.
"""

import json
from collections.abc import Mapping
from copy import deepcopy
from dataclasses import dataclass
from pathlib import Path
from typing import Any, cast

import yaml

from components.settings.codes import Code, coded
from components.settings.mesh import MeshSettings
from components.settings.parse import parse_settings
from components.settings.problems import SettingsError
from lab.errors import LabError
from lab.layout import write_atomically
from lab.stack_yaml import read_yaml

MESH_KEY = "istio-mesh:mesh"
# What names the encryption of a stack's secrets at the top level of its file.
ENCRYPTION = ("secretsprovider", "encryptedkey", "encryptionsalt")


@dataclass(frozen=True)
class Replacement:
    """One value that the copy does not share with the committed file."""

    path: str
    committed: object
    generated: object

    def __str__(self) -> str:
        """A line for the user."""
        return f"{self.path}: {_shown(self.committed)} -> {_shown(self.generated)}"


@dataclass(frozen=True)
class StackCopy:
    """The generated file and what was replaced in it."""

    path: Path
    replaced: list[Replacement]


def write_copy(
    committed: Mapping[str, Any], source: str, target: Path, replacements: Mapping[str, object]
) -> StackCopy:
    """Write `target`: the committed stack file with `replacements` in place of its own values.

    `committed` is what `read_stack_file` or `check_stack_file` returned for the file of the name `source`.
    `replacements` holds dotted paths below `mesh`; one below a section that the stack does not have is left out. The
    encryption of `target`, which Pulumi writes there, is kept; but a committed file with encrypted values brings its
    own, without which nobody could read them.
    """
    document = deepcopy(dict(committed))
    mesh = cast("dict[str, Any]", document["config"][MESH_KEY])
    wanted = {path: value for path, value in replacements.items() if "." not in path or path.split(".")[0] in mesh}
    replaced = [_replace(mesh, path, value) for path, value in wanted.items()]
    keys = document if _has_secret(document["config"]) else _before(target)
    encryption = {key: keys[key] for key in ENCRYPTION if key in keys}
    kept = {key: value for key, value in document.items() if key not in ENCRYPTION}
    header = f"# Generated from {source} by ./mesh; edit that file, not this one.\n"
    target.parent.mkdir(parents=True, exist_ok=True)
    write_atomically(target, header + yaml.safe_dump({**encryption, **kept}, sort_keys=False))
    return StackCopy(target, [one for one in replaced if one.committed != one.generated])


def read_stack_file(path: Path) -> dict[str, Any]:
    """A stack file whose `config` holds a mesh object.

    Raises:
        LabError: the file is missing, is not YAML, has a key twice, or holds no mesh object.
    """
    if not path.exists():
        stacks = sorted(one.name.split(".")[1] for one in path.parent.glob("Pulumi.*.yaml"))
        told = f"there is no such stack file. The stacks here are: {', '.join(stacks) or '(none)'}."
        raise LabError(coded(f"{path.name}: {told}", Code.FILE_MISSING))
    document = read_yaml(path)
    mesh = _inner(_inner(document, "config"), MESH_KEY)
    if mesh is None:
        told = f"config.{MESH_KEY} must be a map. See Pulumi.dev.yaml for one that works."
        raise LabError(coded(f"{path.name}: {told}", Code.NO_MESH))
    return cast("dict[str, Any]", document)


def check_stack_file(path: Path) -> dict[str, Any]:
    """The content of a stack file in which the program itself finds no mistake.

    A generated copy replaces some values, which would hide mistakes in them.

    Raises:
        LabError: the file is no stack file, or with all the problems of its settings.
    """
    document = read_stack_file(path)
    _settings(document, path.name)
    return document


def read_settings(path: Path) -> MeshSettings:
    """The settings of a stack file as the program reads them, profile merged in.

    Raises:
        LabError: the file is no stack file, or with all the problems of its settings.
    """
    return _settings(read_stack_file(path), path.name)


def _settings(document: Mapping[str, Any], name: str) -> MeshSettings:
    try:
        # As Pulumi hands it to the program; a date, which JSON does not have, is text there.
        text = json.dumps(document["config"][MESH_KEY], default=str)
    except (TypeError, ValueError, RecursionError):
        told = "a key that is no plain text, or an anchor that holds itself. Write it out."
        raise LabError(coded(f"{name}: {told}", Code.NOT_YAML)) from None
    try:
        return parse_settings(text, name)
    except SettingsError as error:
        raise LabError(str(error)) from None


def _before(target: Path) -> dict[str, Any]:
    """The copy as it was; one that is damaged is made anew."""
    try:
        before = yaml.safe_load(target.read_text())
    except (FileNotFoundError, ValueError, yaml.YAMLError):
        return {}
    return cast("dict[str, Any]", before) if isinstance(before, dict) else {}


def _has_secret(value: object) -> bool:
    """Whether a piece of configuration holds an encrypted value: Pulumi writes it as a map of the one key `secure`."""
    if isinstance(value, dict):
        entries = cast("dict[str, object]", value)
        return list(entries) == ["secure"] or any(_has_secret(inner) for inner in entries.values())
    return isinstance(value, list) and any(_has_secret(inner) for inner in cast("list[object]", value))


def _inner(document: object, key: str) -> dict[str, Any] | None:
    """The map below a key, or None where either is not a map."""
    if not isinstance(document, dict):
        return None
    inner = cast("dict[str, object]", document).get(key)
    return cast("dict[str, Any]", inner) if isinstance(inner, dict) else None


def _replace(mesh: dict[str, Any], path: str, value: object) -> Replacement:
    *parents, last = path.split(".")
    place = mesh
    for parent in parents:
        inner = place.get(parent)
        if not isinstance(inner, dict):
            inner = place[parent] = {}
        place = cast("dict[str, Any]", inner)
    before = place.get(last)
    place[last] = value
    return Replacement(f"mesh.{path}", before, value)


def _shown(value: object) -> str:
    if value is None:
        return "(not set)"
    return yaml.safe_dump(value, default_flow_style=True, width=10_000).removesuffix("\n...\n").strip()
