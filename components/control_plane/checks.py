"""Checks of istiod."""

import re
from collections.abc import Iterator, Mapping
from functools import cache
from importlib import resources
from typing import Any

import yaml

from components.mesh_config.durations import seconds
from components.settings.explain import shown
from components.settings.field_types import ISTIO_DURATION
from components.settings.mesh import MeshSettings
from components.settings.problems import Path, Problem
from components.settings.scheduling import scheduling_problems
from components.settings.workload import workload_problems

_AFTER, _MAX = "PILOT_DEBOUNCE_AFTER", "PILOT_DEBOUNCE_MAX"
_DEFAULTS = {_AFTER: "100ms", _MAX: "10s"}
"""What istiod does when left alone (pilot/pkg/features/tuning.go of Istio 1.29)."""


def control_plane_problems(settings: MeshSettings) -> Iterator[Problem]:
    """A scale, a place and an environment of istiod that work."""
    path = ("controlPlane",)
    yield from workload_problems(settings.control_plane, path)
    yield from scheduling_problems(settings.control_plane, path)
    yield from _env_problems(settings.control_plane.env, (*path, "env"))


@cache
def _known_env() -> Mapping[str, Any]:
    """The table of env.yaml."""
    text = resources.files(__package__ or "").joinpath("env.yaml").read_text(encoding="utf-8")
    return yaml.safe_load(text)


def _env_problems(env: Mapping[str, str], path: Path) -> Iterator[Problem]:
    known = _known_env()
    for name, value in env.items():
        if name in known["owned"]:
            yield Problem((*path, name), known["owned"][name], "Remove it")
        if name in known["gone"]:
            yield Problem((*path, name), f"istiod does not know it any more: {known['gone'][name]}", "Remove it")
        if name in known["numbers"] and not value.isdecimal():
            yield Problem((*path, name), f"{shown(value)} is not a whole number", 'For example: "100"')
        if name in known["durations"] and not re.match(ISTIO_DURATION.pattern, value):
            yield Problem((*path, name), f"{shown(value)} {ISTIO_DURATION.rule}", "For example: '100ms'")
    yield from _debounce_problems(env, path)


def _debounce_problems(env: Mapping[str, str], path: Path) -> Iterator[Problem]:
    times = {name: env.get(name, default) for name, default in _DEFAULTS.items()}
    if not all(re.match(ISTIO_DURATION.pattern, one) for one in times.values()):
        return
    if seconds(times[_AFTER]) > seconds(times[_MAX]):
        named = _AFTER if _AFTER in env else _MAX
        other = _MAX if named == _AFTER else _AFTER
        side = "longer" if named == _AFTER else "shorter"
        yield Problem(
            (*path, named), f"'{times[named]}' is {side} than {other} ('{times[other]}')", f"Change it, or {other}"
        )
