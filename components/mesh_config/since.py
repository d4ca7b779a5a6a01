"""Which version of Istio each newer part of MeshConfig needs."""

from collections.abc import Iterator, Mapping
from functools import cache
from typing import Any

from components.mesh_config.settings import MeshConfigSettings
from components.platform.versions import minor_of
from components.settings.data_files import yaml_data
from components.settings.explain import shown
from components.settings.problems import Problem


@cache
def _since() -> Mapping[str, Mapping[str, Any]]:
    """The table of since.yaml."""
    return yaml_data(__package__, "since.yaml")


def version_problems(mesh_config: MeshConfigSettings, istio: str) -> Iterator[Problem]:
    """What this version of Istio does not know.

    Its istiod would ignore a field in silence, and refuse the whole MeshConfig for a value (ApplyMeshConfig, whose
    protomarshal.ApplyJSON tries again without unknown fields).
    """
    document = mesh_config.model_dump(by_alias=True, exclude_none=True, mode="json")
    for field, version in _since()["fields"].items():
        if _at(document, field) is not None and minor_of(istio) < minor_of(version):
            yield _problem(field, "is there", version, istio, "Remove it, or choose a newer istio.version")
    for field, versions in _since()["values"].items():
        value = _at(document, field)
        if value in versions and minor_of(istio) < minor_of(versions[value]):
            yield _problem(field, f"{shown(value)} is there", versions[value], istio, "Choose another one")


def _problem(field: str, told: str, version: str, istio: str, fix: str) -> Problem:
    return Problem(
        ("meshConfig", *field.split(".")), f"{told} from Istio {version} on, but istio.version is {istio}", fix
    )


def _at(document: Mapping[str, Any], path: str) -> Any:
    first, _, rest = path.partition(".")
    below = document.get(first)
    return _at(below, rest) if rest and below is not None else below
