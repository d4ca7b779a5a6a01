"""On which nodes the pods of a deployment run, in the words of Kubernetes."""

from collections.abc import Iterator
from enum import StrEnum
from typing import Annotated

from pydantic import Field

from components.settings.field_types import DnsName, LabelKey, LabelValue
from components.settings.later import imported_when_used
from components.settings.model import SettingsModel
from components.settings.problems import Path, Problem
from components.settings.selectors import LabelSelector, selector_problems

with imported_when_used():
    from components.settings.affinity import Affinity, affinity_problems


class WhenUnsatisfiable(StrEnum):
    """What happens to a pod that would break a spread constraint."""

    SCHEDULE_ANYWAY = "ScheduleAnyway"
    DO_NOT_SCHEDULE = "DoNotSchedule"


class SpreadConstraint(SettingsModel):
    """How evenly pods are spread over zones or nodes."""

    max_skew: Annotated[int, Field(ge=1, examples=[1])] = 1
    """The largest difference between the numbers of pods of two domains."""
    topology_key: Annotated[LabelKey, Field(examples=["topology.kubernetes.io/zone"])]
    """The node label whose values are the domains."""
    when_unsatisfiable: WhenUnsatisfiable = WhenUnsatisfiable.SCHEDULE_ANYWAY
    """ScheduleAnyway prefers an even spread; DoNotSchedule keeps pods pending, also on nodes without the label."""
    min_domains: Annotated[int, Field(ge=1)] | None = None
    """For DoNotSchedule: fewer domains than this count as uneven."""
    label_selector: LabelSelector | None = None
    """The pods that are counted; those of the deployment itself when left out."""


class TolerationOperator(StrEnum):
    """How a toleration compares with a taint."""

    EXISTS = "Exists"
    EQUAL = "Equal"


class TaintEffect(StrEnum):
    """What a taint does to pods that do not tolerate it."""

    NO_SCHEDULE = "NoSchedule"
    PREFER_NO_SCHEDULE = "PreferNoSchedule"
    NO_EXECUTE = "NoExecute"


class Toleration(SettingsModel):
    """A taint that does not keep the pods away."""

    key: LabelKey | None = None
    """The taint's key; every taint when left out, which needs the operator Exists."""
    operator: TolerationOperator = TolerationOperator.EQUAL
    """Exists takes any value, Equal compares with `value`."""
    value: LabelValue | None = None
    """The taint's value, for Equal."""
    effect: TaintEffect | None = None
    """The taint's effect; every effect when left out."""
    toleration_seconds: int | None = None
    """For NoExecute: after how many seconds the pods are evicted all the same."""


class Scheduling(SettingsModel):
    """Where the pods of one deployment run, and who gives way to whom."""

    topology_spread_constraints: tuple[SpreadConstraint, ...] | None = None
    """How the pods are spread over zones and nodes; not at all when left out."""
    tolerations: tuple[Toleration, ...] | None = None
    """Taints of nodes that do not keep the pods away."""
    node_selector: dict[LabelKey, LabelValue] | None = None
    """Labels that a node needs to have."""
    affinity: Affinity | None = None
    """Attraction to nodes and to other pods."""
    priority_class_name: DnsName | None = None
    """The PriorityClass of the pods; the cluster's default one when left out."""


def scheduling_problems(scheduling: Scheduling, path: Path) -> Iterator[Problem]:
    """Constraints, tolerations and affinities that Kubernetes refuses (pkg/apis/core/validation/validation.go)."""
    seen: set[tuple[str, WhenUnsatisfiable]] = set()
    for index, one in enumerate(scheduling.topology_spread_constraints or ()):
        here = (*path, "topologySpreadConstraints", index)
        pair = (one.topology_key, one.when_unsatisfiable)
        if pair in seen:
            yield Problem(here, f"'{pair[0]}' with {pair[1]} is given twice", "Keep one of them")
        seen.add(pair)
        if one.min_domains and one.when_unsatisfiable is not WhenUnsatisfiable.DO_NOT_SCHEDULE:
            yield Problem(
                (*here, "minDomains"), "has a meaning for DoNotSchedule only", "Remove it, or use DoNotSchedule"
            )
        if one.label_selector:
            yield from selector_problems(one.label_selector, (*here, "labelSelector"))
    for index, one in enumerate(scheduling.tolerations or ()):
        yield from _toleration_problems(one, (*path, "tolerations", index))
    if scheduling.affinity:
        yield from affinity_problems(scheduling.affinity, (*path, "affinity"))


def _toleration_problems(toleration: Toleration, path: Path) -> Iterator[Problem]:
    exists = toleration.operator is TolerationOperator.EXISTS
    if exists and toleration.value:
        yield Problem((*path, "value"), "has no meaning for Exists, which takes any value", "Remove it, or use Equal")
    if not exists and toleration.key is None:
        yield Problem((*path, "key"), "is missing, which means every taint and needs Exists", "Add it, or use Exists")
    if toleration.toleration_seconds is not None and toleration.effect is not TaintEffect.NO_EXECUTE:
        yield Problem(
            (*path, "tolerationSeconds"), "has a meaning for the effect NoExecute only", "Remove it, or use NoExecute"
        )


def scheduling_values(scheduling: Scheduling, pods: dict[str, str]) -> dict[str, object]:
    """The scheduling of pods with the labels `pods`, in the words of a pod; None for what is left out."""
    own = {"labelSelector": {"matchLabels": pods}}
    given = scheduling.model_dump(by_alias=True, exclude_none=True, mode="json", include=set(Scheduling.model_fields))
    spread: list[dict[str, object]] | None = given.get("topologySpreadConstraints")
    return {
        "topologySpreadConstraints": None if spread is None else [own | one for one in spread],
        "tolerations": given.get("tolerations"),
        "nodeSelector": given.get("nodeSelector"),
        "affinity": given.get("affinity"),
    }
