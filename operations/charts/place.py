"""Where in the stack file it stands what a chart is taken from, for messages."""

from dataclasses import dataclass


@dataclass(frozen=True, kw_only=True)
class Place:
    """The settings of one chart."""

    charts: str
    """The source."""
    version: str


ISTIO = Place(charts="istio.charts", version="istio.version")
"""The settings of Istio's own charts."""
