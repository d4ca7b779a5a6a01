"""Delegation: a VirtualService with hosts leaves part of its routes to one without.

Source: mergeVirtualServicesIfNeeded and what it calls in pilot/pkg/model/virtualservice.go of Istio 1.29.
"""

from collections.abc import Iterator, Mapping

from components.kinds.node import Node
from components.traffic.checks.destinations import OLD_MIRROR_PERCENT
from components.traffic.simulation.hosts import gateway_name
from components.traffic.simulation.mesh_object import MeshObject, mapping

_INHERITED = (
    "rewrite",
    "directResponse",
    "timeout",
    "retries",
    "fault",
    "mirror",
    "mirrorPercentage",
    *OLD_MIRROR_PERCENT,
    "corsPolicy",
    "mirrors",
    "headers",
)
_TEXTS = ("uri", "scheme", "method", "authority")
_MAPS = ("headers", "withoutHeaders", "queryParams", "sourceLabels")
_SINGLE = (*_TEXTS, "port", "sourceNamespace", "gateways", "statPrefix")


def merged_routes(root: MeshObject, delegates: Mapping[str, MeshObject]) -> Iterator[tuple[str, str, Node]]:
    """Source, namespace and HTTPRoute of each rule, where a rule that delegates is replaced by the delegate's rules.

    A delegate that is not there, or not exported to the root's namespace, and a rule of it that is for nothing that
    the root's rule is for, are left out, as istiod does without a word.
    """
    for route in root.spec.at("http"):
        to = route.at("delegate")
        if not to.given:
            yield root.shown, root.namespace, route
            continue
        namespace = to.at("namespace").text or root.namespace
        delegate = delegates.get(f"{namespace}/{to.at('name').text}")
        if delegate is None or not _exported(delegate, root.namespace):
            continue
        for own in delegate.spec.at("http"):
            merged = _merged_route(route, own, root.namespace, delegate.namespace)
            if merged is not None:
                yield f"{delegate.shown} (delegate of {root.shown})", delegate.namespace, Node(merged, own.path)


def _exported(delegate: MeshObject, namespace: str) -> bool:
    to = [delegate.namespace if one == "." else one for one in delegate.spec.at("exportTo").texts]
    return not to or "*" in to or namespace in to


def _merged_route(root: Node, own: Node, root_namespace: str, namespace: str) -> dict[str, object] | None:
    matches = _merged_matches(_resolved(root, root_namespace), _resolved(own, namespace))
    if matches is None:
        return None
    merged = mapping(own) | {"match": matches}
    names = [name for name in (root.at("name").text, own.at("name").text) if name]
    if names:
        merged["name"] = "-".join(names)
    for key in _INHERITED:
        if not own.has(key) and root.has(key):
            merged[key] = root.at(key).value
    return merged


def _resolved(route: Node, namespace: str) -> list[Node]:
    """The matches, with full names of gateways: short ones mean the namespace of the object that they are in."""
    found: list[Node] = []
    for match in route.at("match"):
        gateways = [gateway_name(one, namespace) for one in match.at("gateways").texts]
        found.append(Node(mapping(match) | ({"gateways": gateways} if gateways else {}), match.path))
    return found


def _merged_matches(root: list[Node], own: list[Node]) -> list[dict[str, object]] | None:
    """Each match of the delegate within each one of the root; None where one of the delegate's fits nowhere."""
    if not root or not own:
        return [mapping(one) for one in (own or root)]
    merged: list[dict[str, object]] = []
    for leaf in own:
        fitting = [one for one in root if not _conflict(one, leaf)]
        if not fitting:
            return None
        merged += [_merged_match(one, leaf) for one in fitting]
    return merged


def _merged_match(root: Node, leaf: Node) -> dict[str, object]:
    merged = mapping(leaf)
    for key in _SINGLE:
        if not leaf.has(key) and root.has(key):
            merged[key] = root.at(key).value
    for key in _MAPS:
        if both := mapping(root.at(key)) | mapping(leaf.at(key)):
            merged[key] = both
    return merged


def _conflict(root: Node, leaf: Node) -> bool:
    pairs = [(root.at(key), leaf.at(key)) for key in _TEXTS]
    for key in ("headers", "withoutHeaders", "queryParams"):
        pairs += [(root.at(key, name), one) for name, one in leaf.at(key).entries]
    if any(_text_conflict(*pair) for pair in pairs):
        return True
    if bool(root.at("ignoreUriCase").flag) != bool(leaf.at("ignoreUriCase").flag):
        return True
    if root.at("port").whole and leaf.at("port").whole and root.at("port").whole != leaf.at("port").whole:
        return True
    source = root.at("sourceNamespace").text
    if source and leaf.at("sourceNamespace").text != source:
        return True
    labels = mapping(root.at("sourceLabels"))
    if any(labels.get(name, one.text) != one.text for name, one in leaf.at("sourceLabels").entries):
        return True
    allowed, asked = root.at("gateways").texts, leaf.at("gateways").texts
    return bool(allowed and asked) and not set(asked) <= set(allowed)


def _text_conflict(root: Node, leaf: Node) -> bool:
    """Whether what the leaf wants is not part of what the root wants; expressions are part of nothing."""
    if not root.given or not leaf.given:
        return False
    if root.at("regex").text or leaf.at("regex").text:
        return True
    exact, prefix = root.at("exact").text, root.at("prefix").text
    wanted = leaf.at("exact").text or leaf.at("prefix").text or ""
    if exact:
        return leaf.at("exact").text != exact
    return not (prefix and wanted and wanted.startswith(prefix))
