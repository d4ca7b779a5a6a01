"""Checks of ReferenceGrant."""

from collections.abc import Iterator

from components.kinds.node import Node
from components.kinds.resource import Resource
from components.settings.problems import Problem
from components.traffic.checks.gateway_api.references import GATEWAY_API

_GROUPS = {
    **dict.fromkeys(("Gateway", "HTTPRoute", "GRPCRoute", "TLSRoute", "TCPRoute", "UDPRoute"), (GATEWAY_API,)),
    "Service": ("",),
    "Secret": ("",),
    "ConfigMap": ("",),
}
"""By kind: the groups that have it, as far as references of the Gateway API go."""


def reference_grant_problems(resource: Resource) -> Iterator[Problem]:
    """A grant that allows nothing: with a kind in the wrong group, or for its own namespace.

    Both are rules of this project; the CRD takes any group. Source: the reference of ReferenceGrant
    (gateway-api.sigs.k8s.io/api-types/referencegrant).
    """
    for origin in resource.spec.at("from"):
        yield from _group_problems(origin)
        if origin.at("namespace").text == resource.namespace:
            yield origin.at("namespace").problem(
                f"'{resource.namespace}' is the grant's own namespace, in which references need no grant (a rule of "
                "this project)",
                "Name the namespace of the resource that refers to this one, or remove the entry",
            )
    for target in resource.spec.at("to"):
        yield from _group_problems(target)


def _group_problems(entry: Node) -> Iterator[Problem]:
    group, kind = entry.at("group").text or "", entry.at("kind").text or ""
    groups = _GROUPS.get(kind)
    if groups and group not in groups:
        yield entry.at("group").problem(
            f"'{group}' is not the group of {kind}, so that the grant allows nothing (a rule of this project)",
            f"Use '{groups[0]}'",
        )
