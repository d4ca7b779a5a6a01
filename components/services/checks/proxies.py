"""Checks of the sidecars of services."""

from collections.abc import Iterator

from components.services.pod_metadata import sidecar_resources
from components.services.proxy import WorkloadProxy
from components.settings.mesh import MeshSettings
from components.settings.problems import Path, Problem
from components.settings.workload import resource_problems


def proxy_problems(settings: MeshSettings) -> Iterator[Problem]:
    """Sidecars that say nothing or what Kubernetes refuses, and Deployments that two services would change."""
    first: dict[tuple[str, str], str] = {}
    for key, service in settings.services.items():
        proxy, path = service.proxy, ("services", key, "proxy")
        if proxy is None:
            continue
        yield from _own_problems(settings, proxy, path)
        for index, name in enumerate(proxy.deployments or ()):
            if (service.namespace, name) in first:
                earlier = first[service.namespace, name]
                place = "in this list" if earlier == key else f"in services.{earlier}.proxy.deployments"
                yield Problem((*path, "deployments", index), f"'{name}' is {place} already", "Name it in one place")
            first.setdefault((service.namespace, name), key)


def _own_problems(settings: MeshSettings, proxy: WorkloadProxy, path: Path) -> Iterator[Problem]:
    if proxy.resources is None and proxy.concurrency is None and proxy.inject is None:
        yield Problem(path, "says nothing about the sidecars", "Add resources, concurrency or inject, or remove it")
    if proxy.inject is False:
        for field in ("resources", "concurrency"):
            if getattr(proxy, field) is not None:
                yield Problem((*path, field), "has no effect beside `inject: false`", f"Remove {field} or inject")
    if proxy.resources:
        whole = sidecar_resources(proxy.resources, settings.proxy.resources)
        yield from resource_problems(whole, (*path, "resources"))
