"""What production refuses of alerts although demo allows it."""

from collections.abc import Iterator

from components.observability.alerts.settings import RUNBOOKS
from components.settings.mesh import MeshSettings
from components.settings.problems import Problem


def alert_guard_rails(settings: MeshSettings) -> Iterator[Problem]:
    """Whoever is told of an alert can open its runbook."""
    alerts = settings.alerts
    if alerts.enabled and alerts.receivers and alerts.runbook_url is None:
        yield Problem(
            ("alerts", "runbookUrl"),
            f"required in production with receivers: without it they get the path {RUNBOOKS}/ALERT.md of this "
            "repository, which nobody can open from a notification",
            "Give the address at which you publish that folder, for example `https://git.example.com/mesh/docs/runbooks`",
        )
