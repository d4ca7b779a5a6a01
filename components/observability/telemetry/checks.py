"""Checks of telemetry over the whole stack."""

from collections.abc import Iterator, Mapping, Sequence

from components.observability.telemetry.collectors import Provider, providers
from components.observability.telemetry.entry_checks import entry_problems, given_reference_problems
from components.observability.telemetry.precedence_checks import precedence_problems
from components.observability.telemetry.provider_checks import given_provider_problems, provider_problems
from components.observability.telemetry.settings import NamespaceTelemetry, TelemetryScope
from components.observability.telemetry.specs import MESH_WIDE, NAMESPACE_WIDE, scope_spec
from components.settings.explain import suggestion
from components.settings.mesh import MeshSettings
from components.settings.problems import Path, Problem


def telemetry_problems(settings: MeshSettings) -> Iterator[Problem]:
    """Providers that cannot be reached or are not there, entries that Istio refuses, and settings that give way."""
    yield from given_provider_problems(settings)
    yield from provider_problems(settings)
    known = providers(settings)
    yield from entry_problems(settings, settings.telemetry, known, ("telemetry",))
    for name, scope in settings.telemetry.namespaces.items():
        path: Path = ("telemetry", "namespaces", name)
        yield from _namespace_problems(settings, name, path)
        yield from _scope_problems(settings, scope, known, path)
        for key, workload in scope.workloads.items():
            yield from _name_problems(key, (*path, "workloads", key))
            yield from _scope_problems(settings, workload, known, (*path, "workloads", key))
        yield from _shadowed(scope, path)
    yield from precedence_problems(settings)
    yield from given_reference_problems(settings, known)


def _namespace_problems(settings: MeshSettings, name: str, path: Path) -> Iterator[Problem]:
    known = {*settings.namespaces, *(one.namespace for one in settings.gateways.values())}
    if name == settings.control_plane.namespace:
        rule = f"'{name}' is the root namespace, whose Telemetry is that of the mesh"
        yield Problem(path, rule, "Move it to `telemetry` itself")
    elif name not in known:
        meant = suggestion(name, known)
        fix = f"Did you mean '{meant}'?" if meant else f"Declare it there, for example `{name}: {{create: false, …}}`"
        yield Problem(path, f"there is no namespace '{name}' in mesh.namespaces", fix)


def _scope_problems(
    settings: MeshSettings, scope: TelemetryScope, known: Sequence[Provider], path: Path
) -> Iterator[Problem]:
    workloads: Mapping[str, object] = scope.workloads if isinstance(scope, NamespaceTelemetry) else {}
    if not workloads and not any(scope_spec(settings, scope).values()):
        yield Problem(path, "says nothing", "Add `tracing`, `accessLogging` or `metrics`, or remove it")
    yield from entry_problems(settings, scope, known, path)


def _name_problems(name: str, path: Path) -> Iterator[Problem]:
    if name in (MESH_WIDE, NAMESPACE_WIDE):
        yield Problem(path, f"'{name}' is the name of a Telemetry without a selector", "Choose another name")


def _shadowed(scope: NamespaceTelemetry, path: Path) -> Iterator[Problem]:
    """Of two for the same pods the newer one overrides the older one, which nobody can see in a file."""
    seen: dict[frozenset[tuple[str, str]], str] = {}
    for name, workload in scope.workloads.items():
        earlier = seen.setdefault(frozenset(workload.selector.match_labels.items()), name)
        if earlier != name:
            rule = f"selects the same pods as '{earlier}', and which one holds depends on their age"
            yield Problem((*path, "workloads", name, "selector"), rule, "Put the two together")
