"""What a simulation does not follow: objects that put code or configuration of their own into proxies on the way."""

from collections.abc import Iterator
from dataclasses import replace

from components.security.path_parameters.specs import NAME
from components.security.selection import Pods, attached, targets
from components.traffic.simulation.mesh_object import MeshObject
from components.traffic.simulation.objects import Stack
from components.traffic.simulation.results import Simulation

_EXTENSIONS = "extensions.istio.io"
_KINDS = (("EnvoyFilter", "networking.istio.io"), ("WasmPlugin", _EXTENSIONS), ("TrafficExtension", _EXTENSIONS))


def with_extensions(found: Simulation, stack: Stack, first: Pods | None) -> Simulation:
    """The simulation with a note for each EnvoyFilter, WasmPlugin and TrafficExtension that is for a proxy on the way.

    `first` are the pods that send the request: a gateway's, or those of a caller with a sidecar.
    """
    known = (stack.root_namespace, NAME)  # What this one does is simulated with the policies.
    objects = [one for kind, group in _KINDS for one in stack.of_kind(kind, group)]
    objects = [one for one in objects if (one.namespace, one.name) != known]
    if not objects:
        return found
    notes: dict[str, str] = {}
    for place, pods in _on_the_way(found, stack, first):
        for one in objects:
            if _is_for(one, pods, stack.root_namespace):
                notes.setdefault(one.shown, f"{one.shown} may change this at {place}; what it does is not simulated")
    return replace(found, notes=(*found.notes, *notes.values()))


def _on_the_way(found: Simulation, stack: Stack, first: Pods | None) -> Iterator[tuple[str, Pods]]:
    if first is not None and found.way is not None:
        yield found.way.proxy, first
    for one in found.action.destinations:
        service = stack.services.get(one.host)
        if service is not None and service.selector and service.injected is not False:
            yield one.host, Pods(namespace=service.namespace, labels={**service.selector, **one.labels})


def _is_for(one: MeshObject, pods: Pods, root: str) -> bool:
    """Whether it is for some pods; an EnvoyFilter has a selector of its own form.

    Source: istio.io/latest/docs/reference/config/networking/envoy-filter and proxy_extensions/wasm-plugin, and
    traffic_extension.proto of Istio's API 1.30.3.
    """
    if one.group == _EXTENSIONS or targets(one):
        return attached(one, pods, root)
    labels = {name: value.text or "" for name, value in one.spec.at("workloadSelector", "labels").entries}
    return one.namespace in (root, pods.namespace) and labels.items() <= pods.labels.items()
