"""Attraction of pods to nodes and to other pods, in the words of Kubernetes (core/v1, Affinity)."""

from collections.abc import Iterator
from enum import StrEnum
from typing import Annotated

from pydantic import Field

from components.settings.field_types import DnsLabel, LabelKey, Percent, Text
from components.settings.model import SettingsModel
from components.settings.problems import Path, Problem
from components.settings.selectors import LabelSelector, selector_problems


class NodeOperator(StrEnum):
    """How a label or field of a node is compared."""

    IN = "In"
    NOT_IN = "NotIn"
    EXISTS = "Exists"
    DOES_NOT_EXIST = "DoesNotExist"
    GT = "Gt"
    LT = "Lt"


class NodeRequirement(SettingsModel):
    """One condition on a node."""

    key: Annotated[LabelKey, Field(examples=["topology.kubernetes.io/zone"])]
    """The label, or the field."""
    operator: Annotated[NodeOperator, Field(examples=["In"])]
    """In and NotIn compare with `values`, Gt and Lt with one number; Exists and DoesNotExist take none."""
    values: tuple[Text, ...] = ()
    """The values to compare with; numbers are quoted."""


class NodeSelectorTerm(SettingsModel):
    """All conditions together have to hold."""

    match_expressions: tuple[NodeRequirement, ...] | None = None
    """Conditions on labels of the node."""
    match_fields: tuple[NodeRequirement, ...] | None = None
    """Conditions on fields of the node, of which Kubernetes knows metadata.name only."""


class NodeSelector(SettingsModel):
    """One of the terms has to hold."""

    node_selector_terms: Annotated[
        tuple[NodeSelectorTerm, ...],
        Field(min_length=1, examples=[[{"matchExpressions": [{"key": "pool", "operator": "Exists"}]}]]),
    ]
    """The terms."""


class PreferredNode(SettingsModel):
    """Nodes that are better than others."""

    weight: Annotated[Percent, Field(examples=[100])]
    """How much better, from 1 to 100."""
    preference: Annotated[
        NodeSelectorTerm, Field(examples=[{"matchExpressions": [{"key": "pool", "operator": "Exists"}]}])
    ]
    """The nodes."""


class NodeAffinity(SettingsModel):
    """Attraction to nodes by their labels."""

    required_during_scheduling_ignored_during_execution: NodeSelector | None = None
    """The nodes on which alone the pods are started."""
    preferred_during_scheduling_ignored_during_execution: tuple[PreferredNode, ...] | None = None
    """The nodes that are taken where there is room."""


class PodAffinityTerm(SettingsModel):
    """Pods beside which a pod is to run, or not to run."""

    topology_key: Annotated[LabelKey, Field(examples=["kubernetes.io/hostname"])]
    """The node label that says what `beside` is: a node, a zone."""
    label_selector: LabelSelector | None = None
    """The pods, by their labels; none when left out."""
    namespaces: tuple[DnsLabel, ...] | None = None
    """Their namespaces; the pod's own when left out."""
    namespace_selector: LabelSelector | None = None
    """Their namespaces by labels, beside those of `namespaces`; all for `{}`."""
    match_label_keys: tuple[LabelKey, ...] | None = None
    """Labels in which they are like the pod itself."""
    mismatch_label_keys: tuple[LabelKey, ...] | None = None
    """Labels in which they differ from the pod itself."""


class PreferredPods(SettingsModel):
    """Places that are better than others."""

    weight: Annotated[Percent, Field(examples=[100])]
    """How much better, from 1 to 100."""
    pod_affinity_term: Annotated[PodAffinityTerm, Field(examples=[{"topologyKey": "kubernetes.io/hostname"}])]
    """The pods beside which it is better, or worse."""


class PodAffinity(SettingsModel):
    """Attraction to other pods, or distance to them."""

    required_during_scheduling_ignored_during_execution: tuple[PodAffinityTerm, ...] | None = None
    """What has to hold, or the pod is not started."""
    preferred_during_scheduling_ignored_during_execution: tuple[PreferredPods, ...] | None = None
    """What holds where there is room."""


class Affinity(SettingsModel):
    """Attraction to nodes and to other pods."""

    node_affinity: NodeAffinity | None = None
    """Attraction to nodes by their labels."""
    pod_affinity: PodAffinity | None = None
    """Attraction to other pods."""
    pod_anti_affinity: PodAffinity | None = None
    """Distance to other pods."""


def affinity_problems(affinity: Affinity, path: Path) -> Iterator[Problem]:
    """Conditions that Kubernetes refuses (pkg/apis/core/validation/validation.go, ValidateNodeSelectorRequirement)."""
    nodes = affinity.node_affinity
    if nodes and (required := nodes.required_during_scheduling_ignored_during_execution):
        for index, term in enumerate(required.node_selector_terms):
            yield from _term_problems(term, (*path, "nodeAffinity", _REQUIRED, "nodeSelectorTerms", index))
    for index, better in enumerate((nodes and nodes.preferred_during_scheduling_ignored_during_execution) or ()):
        yield from _term_problems(better.preference, (*path, "nodeAffinity", _PREFERRED, index, "preference"))
    for key, pods in (("podAffinity", affinity.pod_affinity), ("podAntiAffinity", affinity.pod_anti_affinity)):
        if pods is None:
            continue
        for index, one in enumerate(pods.required_during_scheduling_ignored_during_execution or ()):
            yield from _pod_problems(one, (*path, key, _REQUIRED, index))
        for index, one in enumerate(pods.preferred_during_scheduling_ignored_during_execution or ()):
            yield from _pod_problems(one.pod_affinity_term, (*path, key, _PREFERRED, index, "podAffinityTerm"))


_REQUIRED = "requiredDuringSchedulingIgnoredDuringExecution"
_PREFERRED = "preferredDuringSchedulingIgnoredDuringExecution"


def _term_problems(term: NodeSelectorTerm, path: Path) -> Iterator[Problem]:
    for key, found in (("matchExpressions", term.match_expressions), ("matchFields", term.match_fields)):
        for index, one in enumerate(found or ()):
            here = (*path, key, index, "values")
            if one.operator in (NodeOperator.IN, NodeOperator.NOT_IN) and not one.values:
                yield Problem(here, f"is empty, but {one.operator} compares with values", "Add values, or use Exists")
            if one.operator in (NodeOperator.EXISTS, NodeOperator.DOES_NOT_EXIST) and one.values:
                yield Problem(here, f"has no meaning for {one.operator}", "Remove it, or use In")
            if one.operator in (NodeOperator.GT, NodeOperator.LT) and not (
                len(one.values) == 1 and one.values[0].removeprefix("-").isdecimal()
            ):
                yield Problem(here, f"is not one whole number, with which {one.operator} compares", 'Write ["10"]')


def _pod_problems(term: PodAffinityTerm, path: Path) -> Iterator[Problem]:
    for key, selector in (("labelSelector", term.label_selector), ("namespaceSelector", term.namespace_selector)):
        if selector:
            yield from selector_problems(selector, (*path, key))
