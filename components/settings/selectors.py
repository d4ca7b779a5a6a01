"""Label selectors, in the words of Kubernetes."""

from collections.abc import Iterator
from enum import StrEnum
from typing import Annotated

from pydantic import Field

from components.settings.field_types import LabelKey, LabelValue
from components.settings.model import SettingsModel
from components.settings.problems import Path, Problem


class SelectorOperator(StrEnum):
    """How a label is compared."""

    IN = "In"
    NOT_IN = "NotIn"
    EXISTS = "Exists"
    DOES_NOT_EXIST = "DoesNotExist"


class SelectorRequirement(SettingsModel):
    """One condition on a label."""

    key: Annotated[LabelKey, Field(examples=["istio-discovery"])]
    """The label."""
    operator: Annotated[SelectorOperator, Field(examples=["In"])]
    """In and NotIn compare with `values`; Exists and DoesNotExist take none."""
    values: tuple[LabelValue, ...] = ()
    """The values of In and NotIn."""


class LabelSelector(SettingsModel):
    """All conditions together have to hold."""

    match_labels: dict[LabelKey, LabelValue] | None = None
    """Labels and their values."""
    match_expressions: tuple[SelectorRequirement, ...] | None = None
    """Conditions that are more than equality."""


def selector_problems(selector: LabelSelector, path: Path) -> Iterator[Problem]:
    """Conditions that Kubernetes refuses (labels.NewRequirement of apimachinery)."""
    for index, one in enumerate(selector.match_expressions or ()):
        compares = one.operator in (SelectorOperator.IN, SelectorOperator.NOT_IN)
        here = (*path, "matchExpressions", index, "values")
        if compares and not one.values:
            yield Problem(here, f"is empty, but {one.operator} compares with values", "Add values, or use Exists")
        if one.values and not compares:
            yield Problem(here, f"has no meaning for {one.operator}", "Remove it, or use In")
