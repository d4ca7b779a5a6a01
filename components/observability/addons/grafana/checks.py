"""Checks of Grafana."""

from collections.abc import Iterator

from components.observability.addons.budgets import budget_problems
from components.observability.addons.grafana.settings import InstalledGrafana
from components.observability.addons.settings import AddonsSettings
from components.settings.problems import Problem

_PATH = ("addons", "grafana")


def grafana_problems(addons: AddonsSettings) -> Iterator[Problem]:
    """Something to show, and one place for its own data."""
    grafana = addons.grafana
    if not isinstance(grafana, InstalledGrafana):
        return
    if addons.prometheus is None and addons.jaeger is None:
        yield Problem(
            _PATH,
            "has nothing to show without metrics or traces",
            "Add addons.prometheus, installed or external, or remove it",
        )
    if grafana.replicas > 1 and grafana.database is None:
        yield Problem(
            (*_PATH, "replicas"),
            f"{grafana.replicas} replicas would each have users and sessions of their own",
            "Choose 1, or name a database that they share in addons.grafana.database",
        )
    if grafana.database and grafana.persistence:
        yield Problem((*_PATH, "persistence"), "has no effect beside `database`", "Set `persistence: null`")
    yield from budget_problems(grafana.pod_disruption_budget, grafana.replicas, _PATH)
