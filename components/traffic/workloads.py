"""Pods of which a stack file tells, and the calls between them that it declares."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from components.namespaces.specs import injected
from components.samples.bookinfo.catalog import bookinfo_catalog
from components.services.names import cluster_host, pod_labels, service_host, version_labels
from components.services.ports import pod_port, ports_of
from components.settings.mesh import MeshSettings
from components.settings.problems import Path

Labels = Mapping[str, str]


@dataclass(frozen=True, kw_only=True)
class WorkloadPort:
    """One port of pods of which the stack file tells."""

    port: int
    """The port of their Service."""
    pod_port: int
    """Their own, as far as the stack says that it is another one."""
    http: bool = True
    """Whether requests there can be told apart."""


@dataclass(frozen=True, kw_only=True)
class Workload:
    """Pods of which the stack file says which labels they have."""

    namespace: str
    labels: tuple[Labels, ...]
    """The labels of all its pods; one entry for each version where there are versions."""
    ports: tuple[WorkloadPort, ...]
    """The ports of its Service, the one to which others lead first."""
    injected: bool | None = None
    """Whether its pods have a sidecar; None where the stack does not say."""


@dataclass(frozen=True, kw_only=True)
class Call:
    """A call that a service declares."""

    caller: str
    callee: str
    """Full hosts of two Services of the stack."""
    path: Path


def known_workloads(settings: MeshSettings) -> Iterator[tuple[str, Workload]]:
    """The pods behind each Service that the stack makes or describes, by its full host."""
    sample, catalog = settings.samples.bookinfo, bookinfo_catalog()
    for name, application in catalog.applications.items() if sample else ():
        labels = tuple({"app": name, "version": version} for version in application.versions)
        namespace = sample.namespace if sample else ""
        yield (
            cluster_host(name, namespace),
            Workload(
                namespace=namespace,
                labels=labels,
                ports=(WorkloadPort(port=catalog.port, pod_port=catalog.port),),
                injected=_injected(settings, namespace),
            ),
        )
    for key, service in settings.services.items():
        pods = pod_labels(key, service)
        labels = tuple(pods | version_labels(name, one) for name, one in service.versions.items()) or (pods,)
        own = service.proxy.inject if service.proxy else None
        yield (
            service_host(key, service),
            Workload(
                namespace=service.namespace,
                labels=labels,
                ports=tuple(
                    WorkloadPort(port=one.port, pod_port=pod_port(one), http=one.protocol.http)
                    for one in ports_of(service)
                ),
                injected=_injected(settings, service.namespace) if own is None else own,
            ),
        )


def _injected(settings: MeshSettings, namespace: str) -> bool | None:
    declared = settings.namespaces.get(namespace)
    return None if declared is None or declared.injection is None else injected(declared)


def declared_calls(settings: MeshSettings) -> Iterator[Call]:
    """The calls between entries of `services`."""
    services = settings.services
    for key, service in services.items():
        for index, one in enumerate(service.calls or ()):
            callee = one if isinstance(one, str) else one.service
            if callee in services:
                hosts = service_host(key, service), service_host(callee, services[callee])
                yield Call(caller=hosts[0], callee=hosts[1], path=("services", key, "calls", index))
