"""Checks of references of routes to Services of other namespaces."""

from collections.abc import Iterator

from components.kinds.node import Node
from components.settings.problems import Problem
from components.settings.wording import shown
from components.traffic.checks.whole.attachments import ROUTES
from components.traffic.checks.whole.destinations import backends
from components.traffic.model import GATEWAY_API, TrafficModel
from components.traffic.part import Part


def grant_problems(model: TrafficModel) -> Iterator[Problem]:
    """Backends in another namespace that no ReferenceGrant there gives leave for, so that requests get 500.

    Where the stack has nothing else in that namespace, the grant may be somebody else's. Source:
    gateway-api.sigs.k8s.io/api-types/referencegrant, and BackendReferenceAllowed in Istio's
    pilot/pkg/config/kube/gateway.
    """
    if not model.whole("ReferenceGrant"):
        return
    granted: dict[tuple[str, str, str], list[str | None]] = {}
    for grant in model.gateway_api("ReferenceGrant"):
        for origin in grant.spec.at("from"):
            if origin.at("group").text == GATEWAY_API:
                key = (origin.at("kind").text or "", origin.at("namespace").text or "", grant.namespace)
                granted.setdefault(key, []).extend(_services(grant))
    for kind in ROUTES:
        for part in model.gateway_api(kind):
            for backend in backends(part) if part.given and part.judged else ():
                namespace = backend.at("namespace").text or part.namespace
                names = granted.get((kind, part.namespace, namespace), [])
                ours = namespace in model.own_namespaces
                if ours and namespace != part.namespace and not {None, backend.at("name").text} & set(names):
                    yield _not_granted(part, backend, namespace)


def _services(grant: Part) -> list[str | None]:
    """The Services for which leave is given, by name; None stands for all."""
    to = [one for one in grant.spec.at("to") if not one.at("group").text and one.at("kind").text == "Service"]
    return [one.at("name").text or None for one in to]


def _not_granted(part: Part, backend: Node, namespace: str) -> Problem:
    name = backend.at("name").text or ""
    return backend.at("namespace").problem(
        f"no ReferenceGrant in {namespace} lets {part.kind}s of {part.namespace} refer to the Service {shown(name)} "
        "there, so that requests get 500",
        f"Add one there, from {part.kind} of {part.namespace} to Service {name}",
    )
