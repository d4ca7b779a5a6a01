"""Checks of delegation: a VirtualService whose routes are those of others."""

from collections.abc import Iterator

from components.kinds.node import Node
from components.settings.problems import Path, Problem
from components.settings.wording import shown, suggestion
from components.traffic.model import TrafficModel
from components.traffic.names import seen_from
from components.traffic.part import Part
from components.traffic.routes import delegates


def delegation_problems(model: TrafficModel) -> Iterator[Problem]:
    """Delegates that are not there, have hosts, or are not to be seen, whose routes Istio drops without a word.

    A delegate has no hosts and cannot delegate itself, so there is no cycle that this does not refuse. Source:
    mergeVirtualServicesIfNeeded in Istio's pilot/pkg/model/virtualservice.go.
    """
    objects = {(one.namespace, one.name): one for one in model.istio("VirtualService")}
    told: set[tuple[Path, tuple[str, str]]] = set()
    for part in model.istio("VirtualService"):
        for node, key in delegates(part) if part.judged else ():
            found = objects.get(key)
            place = (part.origin[:2] if part.origin else node.path, key)
            if place in told:
                continue  # A service makes several VirtualServices with the same routes.
            told.add(place)
            if found is not None:
                yield from _unfit(model, part, node, found)
            elif model.whole("VirtualService") and key[0] in model.own_namespaces:
                yield _missing(part, node, key, model)


def _missing(part: Part, node: Node, key: tuple[str, str], model: TrafficModel) -> Problem:
    known = [
        one.name for one in model.istio("VirtualService") if one.namespace == key[0] and not one.spec.at("hosts").items
    ]
    meant = suggestion(key[1], known)
    return part.problem(
        node.at("name"),
        f"there is no VirtualService {shown(key[1])} in {key[0]} to delegate to, so that Istio drops this route",
        f"Did you mean '{meant}'?" if meant else "Add it, without hosts, or name one that is there",
    )


def _unfit(model: TrafficModel, part: Part, node: Node, found: Part) -> Iterator[Problem]:
    if found.spec.at("hosts").items:
        what = "itself, which has hosts" if found is part else f"{found.title}, which has hosts"
        yield part.problem(
            node.at("name"),
            f"delegates to {what}; Istio takes only those without hosts for delegates, and drops this route",
            "Name a VirtualService without hosts",
        )
    elif not seen_from(model.visible(found), part.namespace):
        yield part.problem(
            node.at("name"),
            f"delegates to {found.title}, whose exportTo hides it from {part.namespace}, so that Istio drops this "
            "route",
            f"Add '{part.namespace}' to its exportTo",
        )
