"""Settings of alerts."""

from enum import StrEnum
from typing import Annotated

from pydantic import Field

from components.observability.monitors.settings import MonitorSettings
from components.settings.field_types import DnsLabel, Duration, LabelKey, LabelValue, Text, WebUrl
from components.settings.later import imported_when_used
from components.settings.model import SettingsModel

with imported_when_used():
    from components.observability.alerts.receivers import Receiver

RUNBOOKS = "docs/runbooks"
"""Where the repository has the runbooks, one for each alert."""


class Severity(StrEnum):
    """How urgent an alert is: critical wakes somebody, warning is for the day, info for whoever looks."""

    CRITICAL = "critical"
    WARNING = "warning"
    INFO = "info"


class OperatorSettings(SettingsModel):
    """A Prometheus operator that this program does not install."""

    namespace: Annotated[DnsLabel, Field(examples=["monitoring"])]
    """The namespace for rules, monitors, and the Secret alertmanager-istio-mesh with Alertmanager's configuration."""
    labels: dict[LabelKey, LabelValue] = Field(default_factory=dict[str, str])
    """Labels by which it selects rules and monitors, such as `release: kube-prometheus-stack`."""


class AlertSettings(SettingsModel):
    """What is different about one alert; docs/observability.md lists all alerts with what they have."""

    enabled: bool | None = None
    """Whether there is this alert; where what it is about is in the mesh when left out."""
    severity: Severity | None = None
    """How urgent it is."""
    pending: Annotated[Duration | None, Field(alias="for")] = None
    """How long it has to be so before the alert fires, such as 5m; 0s for at once."""
    window: Duration | None = None
    """The range over which rates are taken, such as 5m; at least four times the interval of collection."""
    thresholds: dict[Text, float] = Field(default_factory=dict[str, float])
    """Its numbers, each with its unit in its name, such as `errorPercent: 5`."""


class SloSettings(SettingsModel):
    """A service level objective: which share of the requests to a service succeeds.

    What never reaches the service counts as failed where its caller has a proxy.
    """

    service: Annotated[DnsLabel, Field(examples=["reviews"])]
    """An entry of mesh.services; with `namespace`, the name of any Kubernetes Service there."""
    namespace: DnsLabel | None = None
    """The namespace of a Service that mesh.services does not describe."""
    objective_percent: Annotated[float, Field(gt=0, lt=100, examples=[99.9])]
    """Percent of the requests that shall succeed; 99.9 leaves one failure in a thousand."""
    window_days: Annotated[int, Field(ge=1, le=90)] = 30
    """The days over which it shall hold."""


class SeverityRoute(SettingsModel):
    """Who is told about alerts of one severity."""

    receivers: Annotated[tuple[DnsLabel, ...], Field(min_length=1, examples=[["on-call"]])]
    """Entries of mesh.alerts.receivers; each of them is told."""
    repeat_interval: Duration | None = None
    """How often they are told again while it lasts."""


class RoutingSettings(SettingsModel):
    """How Alertmanager puts alerts together, and whom it tells."""

    critical: SeverityRoute | None = None
    """Critical alerts; all receivers when left out."""
    warning: SeverityRoute | None = None
    """Warnings; all receivers when left out."""
    info: SeverityRoute | None = None
    """The rest; nobody when left out."""
    group_wait: Duration = "30s"
    """How long a first notification waits for others that belong to it."""
    group_interval: Duration = "5m"
    """How long the next one about the same service waits."""
    repeat_interval: Duration = "4h"
    """How often receivers are told again while it lasts."""


class AlertsSettings(SettingsModel):
    """Alerts on the mesh: rules for Prometheus, and who is told."""

    enabled: bool = True
    """Whether there are alerts, where the stack knows of a Prometheus operator: addons.prometheus, or `operator`.

    What dashboards need stays without them: monitors and recording rules.
    """
    operator: OperatorSettings | None = None
    """A Prometheus operator that this program does not install, in place of addons.prometheus."""
    runbook_url: WebUrl | None = None
    """Where docs/runbooks of this repository is to be read; alerts carry URL/ALERT.md as runbook_url.

    Without it they carry the path docs/runbooks/ALERT.md, which production refuses where there are receivers.
    """
    rules: dict[Text, AlertSettings] = Field(default_factory=dict[str, AlertSettings])
    """What is different about single alerts, by their name, such as HighErrorRate."""
    slos: dict[DnsLabel, SloSettings] = Field(default_factory=dict[str, SloSettings])
    """Service level objectives by name; each has alerts on how fast its budget of errors is used up."""
    monitors: MonitorSettings
    """What Prometheus collects from the mesh."""
    receivers: dict[DnsLabel, Receiver] = Field(default_factory=dict[str, Receiver])
    """Who is told, by name: webhook, slack, pagerduty or email."""
    routing: RoutingSettings = RoutingSettings.defaults()
    """Which receivers are told about what."""
