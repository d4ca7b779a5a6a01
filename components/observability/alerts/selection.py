"""Which alerts a stack has, and with which numbers."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from components.observability.alerts.catalog import AlertTemplate, alert_templates
from components.observability.alerts.facts import MeshFacts, expected
from components.observability.alerts.settings import AlertSettings, AlertsSettings


@dataclass(frozen=True, kw_only=True)
class ActiveAlert:
    """An alert with the stack's own numbers in place of the defaults."""

    template: AlertTemplate
    severity: str
    pending: str
    window: str | None
    thresholds: Mapping[str, float]


def active_alerts(alerts: AlertsSettings, facts: MeshFacts) -> Iterator[ActiveAlert]:
    """The alerts that a stack has, in the order of the data files; none where they are switched off as a whole.

    Names and thresholds of `alerts` that there are not are passed over; the checks of a stack file refuse them.
    """
    for name, template in alert_templates().items() if alerts.enabled else ():
        own = alerts.rules.get(name) or AlertSettings()
        if is_active(template, own, facts):
            yield ActiveAlert(
                template=template,
                severity=own.severity.value if own.severity else template.severity,
                pending=own.pending or template.pending,
                window=(own.window or template.window) if template.window else None,
                thresholds={
                    key: own.thresholds.get(key, threshold.default) for key, threshold in template.thresholds.items()
                },
            )


def is_active(template: AlertTemplate, own: AlertSettings, facts: MeshFacts) -> bool:
    """What the stack says, else the default where what the alert is about is there.

    A rule that is made for each gateway or objective is not made where there is none, whatever the stack says.
    """
    if own.enabled is not None:
        return own.enabled
    return template.enabled and expected(facts, template.only) and expected(facts, template.each)
