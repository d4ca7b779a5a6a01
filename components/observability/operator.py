"""Where the Prometheus operator of a stack looks for rules and monitors."""

from collections.abc import Mapping
from dataclasses import dataclass, field

from components.observability.addons.endpoints import prometheus_installed
from components.settings.mesh import MeshSettings


@dataclass(frozen=True, kw_only=True)
class OperatorHome:
    """What the operator takes rules, monitors and Alertmanager's configuration from."""

    namespace: str
    labels: Mapping[str, str] = field(default_factory=dict[str, str])
    """The labels that rules and monitors need to be taken."""


def operator_home(settings: MeshSettings) -> OperatorHome | None:
    """Where the operator of the stack looks; None where the stack knows of none."""
    if own := settings.alerts.operator:
        return OperatorHome(namespace=own.namespace, labels=own.labels)
    # The program's own takes rules and monitors of every namespace, whatever their labels.
    return OperatorHome(namespace=settings.addons.namespace) if prometheus_installed(settings) else None
