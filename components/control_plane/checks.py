"""Checks of istiod."""

import re
from collections.abc import Iterator, Mapping, Sequence
from typing import cast

from components.control_plane.environment import first_version, known_environment
from components.control_plane.variables import variable_problems
from components.gateways.values import selector_label
from components.kinds.go_duration import known_go_seconds
from components.kinds.scalars import truth
from components.settings.explain import shown
from components.settings.mesh import MeshSettings
from components.settings.problems import Path, Problem
from components.settings.ranges import range_problems
from components.settings.scheduling import scheduling_problems
from components.settings.text_rules import ISTIO_DURATION
from components.settings.workload import workload_problems

_SCOPED = "PILOT_SCOPE_GATEWAY_TO_NAMESPACE"
_AFTER, _MAX = "PILOT_DEBOUNCE_AFTER", "PILOT_DEBOUNCE_MAX"
_DEFAULTS = {_AFTER: "100ms", _MAX: "10s"}
"""What istiod does when left alone (pilot/pkg/features/tuning.go of Istio 1.29)."""


def control_plane_problems(settings: MeshSettings) -> Iterator[Problem]:
    """A scale, a place and an environment of istiod that work."""
    path = ("controlPlane",)
    yield from workload_problems(settings.control_plane, path)
    yield from scheduling_problems(settings.control_plane, path)
    yield from _env_problems(settings.control_plane.env, settings.istio.version, (*path, "env"))
    yield from range_problems(settings.control_plane.blocked_jwks_ranges, (*path, "blockedJwksRanges"))
    yield from _argument_problems(settings.control_plane.extra_args, (*path, "extraArgs"))
    yield from _scope_problems(settings)


def _env_problems(env: Mapping[str, str], istio: str, path: Path) -> Iterator[Problem]:
    known = known_environment()
    for name, value in env.items():
        if name in known["owned"]:
            yield Problem((*path, name), known["owned"][name], "Remove it")
        if name in known["gone"]:
            yield Problem((*path, name), f"istiod does not know it any more: {known['gone'][name]}", "Remove it")
        if came := first_version(name, istio):
            yield Problem(
                (*path, name),
                f"istiod knows it from Istio {came} on, but istio.version is {istio}",
                "Remove it, or choose a newer istio.version",
            )
        if name not in _read_here(known):
            yield from variable_problems(name, value, path)
        if name in known["numbers"] and not value.isdecimal():
            yield Problem((*path, name), f"{shown(value)} is not a whole number", 'For example: "100"')
        if name in known["durations"] and not re.fullmatch(ISTIO_DURATION.pattern, value):
            yield Problem((*path, name), f"{shown(value)} {ISTIO_DURATION.rule}", "For example: '100ms'")
    yield from _debounce_problems(env, path)


def _read_here(known: Mapping[str, Sequence[str]]) -> set[str]:
    """Names of which something else is said."""
    return {*known["owned"], *known["gone"], *known["numbers"], *known["durations"]}


def _debounce_problems(env: Mapping[str, str], path: Path) -> Iterator[Problem]:
    times = {name: env.get(name, default) for name, default in _DEFAULTS.items()}
    if not all(re.fullmatch(ISTIO_DURATION.pattern, one) for one in times.values()):
        return
    if known_go_seconds(times[_AFTER]) > known_go_seconds(times[_MAX]):
        named = _AFTER if _AFTER in env else _MAX
        other = _MAX if named == _AFTER else _AFTER
        side = "longer" if named == _AFTER else "shorter"
        yield Problem(
            (*path, named), f"'{times[named]}' is {side} than {other} ('{times[other]}')", f"Change it, or {other}"
        )


def unsafe_environment(settings: MeshSettings) -> Iterator[Problem]:
    """For production: variables that open what is closed by default."""
    env: Mapping[str, str] = settings.control_plane.env
    for name, (value, why) in known_environment()["unsafe"].items():
        if truth(env.get(name, "")) is truth(value):
            yield Problem(("controlPlane", "env", name), f"'{env[name]}' {why}, which production refuses", "Remove it")


def _argument_problems(arguments: Sequence[str], path: Path) -> Iterator[Problem]:
    """Arguments that the chart or another setting gives, which would be there twice."""
    owned: Mapping[str, str] = known_environment()["ownedArguments"]
    for index, text in enumerate(arguments):
        flag = text.partition("=")[0]
        if flag in owned:
            yield Problem((*path, index), f"{flag} {owned[flag]}", "Remove it")


def _scope_problems(settings: MeshSettings) -> Iterator[Problem]:
    """Gateways of `resources` that no pods take, because they lie in another namespace.

    With PILOT_SCOPE_GATEWAY_TO_NAMESPACE pods take Gateways of their own namespace only (pilot/pkg/features/pilot.go).
    """
    if not truth(settings.control_plane.env.get(_SCOPED, "")):
        return
    for index, entry in enumerate(settings.resources):
        if entry.kind != "Gateway" or not entry.api_version.startswith("networking.istio.io/"):
            continue
        selector = entry.spec.get("selector")
        wanted = cast("dict[str, object]", selector) if isinstance(selector, dict) else {}
        places = {
            gateway.namespace: name
            for name, gateway in settings.gateways.items()
            if wanted and wanted.items() <= {**gateway.labels, "app": name, "istio": selector_label(name)}.items()
        }
        if places and entry.metadata.namespace not in places:
            home, name = next(iter(places.items()))
            yield Problem(
                ("resources", index, "metadata", "namespace"),
                f"'{entry.metadata.namespace}' is not the namespace of the gateway '{name}', whose pods take "
                f"Gateways of their own namespace only (controlPlane.env.{_SCOPED})",
                f"Choose '{home}', or set the variable to \"false\"",
            )
