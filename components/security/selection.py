"""Which workloads a policy of Istio's security kinds is for, and which mode of mutual TLS holds for one."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Generic, TypeVar

from components.kinds.node import Node
from components.traffic.part import Part
from components.traffic.simulation.mesh_object import MeshObject

GATEWAY_NAME = "gateway.networking.k8s.io/gateway-name"
"""The label of pods that Istio deploys for a Gateway of the Gateway API."""

_UNSET = "UNSET"
_DEFAULT_MODE = "PERMISSIVE"


Policy = Part | MeshObject
"""An object of one of Istio's security kinds, as the checks or as the simulator hold it."""

P = TypeVar("P", Part, MeshObject)


@dataclass(frozen=True, kw_only=True)
class Pods:
    """Some pods that have the same labels."""

    namespace: str
    labels: Mapping[str, str]


@dataclass(frozen=True, kw_only=True)
class Mode(Generic[P]):
    """What pods accept at one of their ports."""

    mode: str
    """STRICT, PERMISSIVE or DISABLE."""
    policy: P | None
    """The PeerAuthentication that says so; None for Istio's own default."""


def selected_labels(policy: Policy) -> dict[str, str]:
    """The labels by which a policy selects pods; empty for all of its namespace."""
    return {name: value.text or "" for name, value in policy.spec.at("selector", "matchLabels").entries}


def targets(policy: Policy) -> list[Node]:
    """What a policy is attached to by reference; empty where it selects by labels.

    Source: GetTargetRefs in pilot/pkg/model/policyattachment.go of Istio.
    """
    return policy.spec.at("targetRefs").items or ([policy.spec.at("targetRef")] if policy.spec.has("targetRef") else [])


def attached(policy: Policy, pods: Pods, root: str) -> bool:
    """Whether an AuthorizationPolicy or RequestAuthentication is for pods that are no waypoint.

    Source: ListAuthorizationPolicies in pilot/pkg/model/authorization.go and ShouldAttachPolicy in
    pilot/pkg/model/policyattachment.go of Istio.
    """
    if policy.namespace not in (root, pods.namespace):
        return False
    references = targets(policy)
    if not references:
        return selected_labels(policy).items() <= pods.labels.items()
    gateway = pods.labels.get(GATEWAY_NAME)
    return (
        gateway is not None
        and policy.namespace == pods.namespace
        and any(
            (one.at("group").text, one.at("kind").text, one.at("name").text)
            == ("gateway.networking.k8s.io", "Gateway", gateway)
            for one in references
        )
    )


def mtls_mode(policies: Iterable[P], pods: Pods, root: str, port: int | None = None) -> Mode[P]:
    """What holds for pods, at one of their own ports: of the workload, else of its namespace, else of the mesh.

    Of several that are for the same pods the oldest one holds, which here is the first of `policies`. Source:
    ComposePeerAuthentication in pilot/pkg/security/authn/policy_applier.go of Istio.
    """
    found: dict[int, P] = {}
    for policy in policies:
        level = _level(policy, pods, root)
        if level is not None:
            found.setdefault(level, policy)
    mode = Mode[P](mode=_DEFAULT_MODE, policy=None)
    for level in sorted(found):
        own = said_mode(found[level].spec.at("mtls"))
        if own:
            mode = Mode(mode=own, policy=found[level])
    workload = found.get(2)
    if workload is None or port is None:
        return mode
    for key, one in workload.spec.at("portLevelMtls").entries:
        own = said_mode(one)
        if key.isdecimal() and int(key) == port and own:
            return Mode(mode=own, policy=workload)
    return mode


def said_mode(mtls: Node) -> str | None:
    """The mode that a `mtls` of a PeerAuthentication says; None where it leaves that to what is wider."""
    mode = mtls.at("mode").text
    return mode if mode != _UNSET else None


def _level(policy: Policy, pods: Pods, root: str) -> int | None:
    """0 for the mesh, 1 for a namespace, 2 for a workload; None when a policy is not for the pods."""
    labels = selected_labels(policy)
    if not labels:
        return {root: 0, pods.namespace: 1}.get(policy.namespace)
    own = policy.namespace == pods.namespace != root
    return 2 if own and labels.items() <= pods.labels.items() else None
