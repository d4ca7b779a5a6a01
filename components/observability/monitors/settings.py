"""Settings of what Prometheus collects from the mesh."""

from pydantic import Field

from components.settings.field_types import Duration, Text
from components.settings.model import SettingsModel


class MonitorSettings(SettingsModel):
    """How often istiod and the proxies are asked for their metrics, and what is not kept."""

    interval: Duration
    """How often metrics are collected, such as 15s."""
    drop: tuple[Text, ...] = Field(default=())
    """Regular expressions (RE2) of whole names of metrics of the proxies that are not kept."""
