"""Checks of mutual TLS."""

from collections.abc import Iterator

from components.security.ends import no_days
from components.security.mtls.ends import plain_text_ends
from components.security.mtls.settings import NamespaceMtls, WorkloadMtls
from components.security.mtls.specs import WHOLE, accepts_plain_text
from components.settings.explain import suggestion
from components.settings.mesh import MeshSettings
from components.settings.problems import Path, Problem


def mtls_problems(settings: MeshSettings) -> Iterator[Problem]:
    """Policies of unknown namespaces, and policies that Istio would refuse or that say nothing."""
    root = settings.control_plane.namespace
    known = {*settings.namespaces, *(one.namespace for one in settings.gateways.values())}
    for name, namespace in settings.mtls.namespaces.items():
        path: Path = ("mtls", "namespaces", name)
        if name == root:
            yield Problem(path, f"'{name}' is the root namespace, whose policy is that of the mesh", "Use `mtls.mode`")
        elif name not in known:
            meant = suggestion(name, known)
            fix = (
                f"Did you mean '{meant}'?" if meant else f"Declare it there, for example `{name}: {{create: false, …}}`"
            )
            yield Problem(path, f"there is no namespace '{name}' in mesh.namespaces", fix)
        if namespace.mode is None and not namespace.workloads:
            yield Problem(path, "says nothing", "Add `mode` or `workloads`, or remove it")
        for policy, workload in namespace.workloads.items():
            yield from _workload_problems(policy, workload, (*path, "workloads", policy))
        yield from _shadowed(namespace, path)
    yield from no_days(plain_text_ends(settings))


def missing_reasons(settings: MeshSettings) -> Iterator[Problem]:
    """For production: plain text below the whole mesh, without a word about why."""
    for name, namespace in settings.mtls.namespaces.items():
        path: Path = ("mtls", "namespaces", name)
        if accepts_plain_text(namespace.mode) and namespace.reason is None:
            yield _no_reason(path, f"'{namespace.mode}'")
        for policy, workload in namespace.workloads.items():
            modes = [mode for mode in (workload.mode, *workload.ports.values()) if accepts_plain_text(mode)]
            if modes and workload.reason is None:
                yield _no_reason((*path, "workloads", policy), f"'{modes[0]}'")


def _no_reason(path: Path, mode: str) -> Problem:
    return Problem(
        (*path, "reason"),
        f"required in production, because {mode} accepts plain text here",
        "Say why, for example `reason: scraped by the old monitoring`, and in `until` until when, or use STRICT",
    )


def _workload_problems(name: str, workload: WorkloadMtls, path: Path) -> Iterator[Problem]:
    if name == WHOLE:
        yield Problem(path, f"'{WHOLE}' is the name of the namespace's own policy", "Choose another name")
    if workload.mode is None and not workload.ports:
        yield Problem(path, "says nothing", "Add `mode` or `ports`")


def _shadowed(namespace: NamespaceMtls, path: Path) -> Iterator[Problem]:
    """Of two policies for the same pods Istio takes the older one, which nobody can see in a file."""
    seen: dict[frozenset[tuple[str, str]], str] = {}
    for name, workload in namespace.workloads.items():
        earlier = seen.setdefault(frozenset(workload.selector.match_labels.items()), name)
        if earlier != name:
            yield Problem(
                (*path, "workloads", name, "selector"),
                f"selects the same pods as '{earlier}', and Istio takes the older policy only",
                "Put the two together",
            )
