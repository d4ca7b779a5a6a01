"""Settings of a namespace that belongs to the mesh."""

from enum import StrEnum

from pydantic import Field

from components.settings.field_types import LabelKey, LabelValue
from components.settings.model import SettingsModel


class Injection(StrEnum):
    """Whether pods of a namespace get a sidecar, in the words of the label istio-injection."""

    ENABLED = "enabled"
    DISABLED = "disabled"


class NamespaceSettings(SettingsModel):
    """One namespace that the program creates."""

    injection: Injection | None = None
    """Whether its pods get a sidecar; when left out, each pod says so itself."""
    labels: dict[LabelKey, LabelValue] = Field(default_factory=dict[str, str])
    """Further labels of the namespace."""
