"""Checks of where traffic goes to: hosts that nothing declares."""

from collections.abc import Iterator

from components.kinds.node import Node
from components.services.names import cluster_host
from components.settings.problems import Problem
from components.settings.wording import shown, suggestion
from components.traffic.checks.values import is_address
from components.traffic.model import TrafficModel
from components.traffic.names import full_host, seen_from, service_of
from components.traffic.part import Part
from components.traffic.routes import destinations

_ROUTES = ("HTTPRoute", "GRPCRoute", "TLSRoute", "TCPRoute")


def destination_problems(model: TrafficModel) -> Iterator[Problem]:
    """Destinations that cannot be a Service that somebody else deploys (IST0101).

    These are names in namespaces whose Services mesh.services describes, and hosts outside the cluster that no
    ServiceEntry has. Source: destinationhosts.go of Istio's pkg/config/analysis/analyzers/virtualservice.
    """
    for part in model.istio("VirtualService"):
        for destination in destinations(part) if part.given and part.judged else ():
            yield from _host_problems(model, part, destination.at("host"), outside=True)
    for part in model.istio("DestinationRule"):
        if part.given and part.judged:
            # A host outside may be one whose ServiceEntry is somebody else's.
            yield from _host_problems(model, part, part.spec.at("host"), outside=False)
    for kind in _ROUTES:
        for part in model.gateway_api(kind):
            for backend in backends(part) if part.given and part.judged else ():
                yield from _backend_problems(model, part, backend)


def backends(route: Part) -> Iterator[Node]:
    """The Services to which a route of the Gateway API refers, mirrors included."""
    for rule in route.spec.at("rules"):
        found = [*rule.at("backendRefs")]
        for filters in (rule.at("filters"), *(one.at("filters") for one in found)):
            found += [one.at("requestMirror", "backendRef") for one in filters]
        yield from (one for one in found if one.has("name") and _is_service(one))


def _is_service(backend: Node) -> bool:
    return not backend.at("group").text and backend.at("kind").text in (None, "Service")


def _host_problems(model: TrafficModel, part: Part, node: Node, *, outside: bool) -> Iterator[Problem]:
    host = full_host(node.text or "", part.namespace)
    if not host or host.startswith("*") or is_address(host) or host in model.services:
        return
    entries = _entries(model, host)
    if any(seen_from(model.visible(one), part.namespace) for one in entries):
        return
    if entries and outside:
        yield node.problem(
            f"{shown(host)} is in {entries[0].title}, whose exportTo hides it from {part.namespace}",
            f"Add '{part.namespace}' to its exportTo",
        )
    elif not entries and model.whole("ServiceEntry"):
        yield from _undeclared(model, part, node, host, outside=outside)


def _undeclared(model: TrafficModel, part: Part, node: Node, host: str, *, outside: bool) -> Iterator[Problem]:
    service = service_of(host)
    if service is not None:
        yield from _misspelt(model, node, *service, code="IST0101" if outside else "IST0174")
    elif outside and ".svc." not in host:
        meant = _in_full(model, host, part.namespace)
        yield node.problem(
            f"{shown(host)} is no Service of the cluster, and no ServiceEntry has it, so that requests to it are "
            "answered by 503 (IST0101)",
            f"Did you mean '{meant}'?" if meant else "Add it to mesh.externals, or write a ServiceEntry",
        )


def _misspelt(model: TrafficModel, node: Node, namespace: str, name: str, *, code: str) -> Iterator[Problem]:
    if namespace not in model.described or not model.whole("Service"):
        return
    known = sorted(one[1] for one in map(service_of, model.services) if one and one[0] == namespace)
    meant = suggestion(name, known)
    yield node.problem(
        f"there is no Service {shown(name)} in {namespace}, whose Services mesh.services describes ({code})",
        f"Did you mean '{meant}'?" if meant else "Add it to mesh.services",
    )


def _in_full(model: TrafficModel, host: str, namespace: str) -> str | None:
    """The name in full of a Service that was meant by `NAME.NAMESPACE` or `NAME.NAMESPACE.svc`; Istio knows neither."""
    name, _, rest = host.partition(".")
    home = rest.removesuffix(".svc")
    full = cluster_host(name, home)
    known = full in model.services or home in model.own_namespaces | {namespace}
    return (
        full
        if "." not in home and home and known
        else suggestion(host, [one for one in model.entries if "*" not in one])
    )


def _backend_problems(model: TrafficModel, part: Part, backend: Node) -> Iterator[Problem]:
    name, namespace = backend.at("name"), backend.at("namespace").text or part.namespace
    host = cluster_host(name.text or "", namespace)
    if host not in model.services and not _entries(model, host) and model.whole("ServiceEntry"):
        yield from _misspelt(model, name, namespace, name.text or "", code="a rule of this project")


def _entries(model: TrafficModel, host: str) -> list[Part]:
    """ServiceEntries that have a host, by its name or by a '*'."""
    labels = host.split(".")
    wider = ["*." + ".".join(labels[index:]) for index in range(1, len(labels))]
    return [entry for one in (host, *wider) for entry in model.entries.get(one, [])]
