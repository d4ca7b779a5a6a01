"""Annotations and labels of pods by which one service's sidecars differ from those of the mesh."""

from collections.abc import Iterator, Mapping

from components.platform.manifest import Manifest
from components.settings.later import imported_when_used
from components.settings.mesh import MeshSettings
from components.settings.workload import ResourceAmounts, Resources

with imported_when_used():
    from components.services.proxy import WorkloadProxy
    from components.services.settings import ServiceSettings

PodMetadata = dict[str, dict[str, str]]
"""`annotations` and `labels`, in the form in which they stand below `spec.template.metadata` of a Deployment."""


def pod_metadata(proxy: WorkloadProxy, mesh: Resources) -> PodMetadata:
    """What the pods of a service need; without the parts that are empty.

    One annotation about resources makes the injector forget all of the mesh's (resources in injection-template.yaml of
    Istio's chart istiod), so that those of `mesh` fill in what `proxy` leaves out.

    Source: istio.io/latest/docs/reference/config/annotations and labels.
    """
    annotations: dict[str, str] = {}
    if proxy.resources:
        whole = sidecar_resources(proxy.resources, mesh)
        amounts = {
            "sidecar.istio.io/proxyCPU": whole.requests.cpu,
            "sidecar.istio.io/proxyMemory": whole.requests.memory,
            "sidecar.istio.io/proxyCPULimit": whole.limits.cpu,
            "sidecar.istio.io/proxyMemoryLimit": whole.limits.memory,
        }
        annotations |= {name: amount for name, amount in amounts.items() if amount}
    if proxy.concurrency is not None:
        annotations["proxy.istio.io/config"] = f"concurrency: {proxy.concurrency}"
    labels = {} if proxy.inject is None else {"sidecar.istio.io/inject": str(proxy.inject).lower()}
    parts = {"annotations": annotations, "labels": labels}
    return {name: part for name, part in parts.items() if part}


def sidecar_resources(own: Resources, mesh: Resources) -> Resources:
    """The resources of a sidecar: its own, and the mesh's where it says nothing."""
    return Resources(requests=_filled(own.requests, mesh.requests), limits=_filled(own.limits, mesh.limits))


def deployment_patches(settings: MeshSettings) -> Iterator[Manifest]:
    """What the Deployments that services name are to have beside their own fields.

    Whoever set one of these before, the stack says what it is now; the rest of the Deployment stays as it is.
    """
    for service in settings.services.values():
        for deployment in (service.proxy.deployments if service.proxy else None) or ():
            yield _patch(deployment, service, settings)


def printed_metadata(settings: MeshSettings) -> Mapping[str, PodMetadata]:
    """What the user has to write onto the pods, by service: of those that name no Deployments."""
    return {
        key: pod_metadata(service.proxy, settings.proxy.resources)
        for key, service in settings.services.items()
        if service.proxy and not service.proxy.deployments
    }


def _patch(name: str, service: ServiceSettings, settings: MeshSettings) -> Manifest:
    wanted = pod_metadata(service.proxy or WorkloadProxy(), settings.proxy.resources)
    forced = {"pulumi.com/patchForce": "true"}
    return {
        "apiVersion": "apps/v1",
        "kind": "Deployment",
        "metadata": {"name": name, "namespace": service.namespace, "annotations": forced},
        "spec": {"template": {"metadata": wanted}},
    }


def _filled(own: ResourceAmounts, mesh: ResourceAmounts) -> ResourceAmounts:
    return ResourceAmounts(cpu=own.cpu or mesh.cpu, memory=own.memory or mesh.memory)
