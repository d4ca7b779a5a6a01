"""Disruption budgets of the addons."""

from collections.abc import Iterator

from components.settings.problems import Path, Problem
from components.settings.workload import PodDisruptionBudget


def budget_problems(budget: PodDisruptionBudget | None, replicas: int, path: Path) -> Iterator[Problem]:
    """A budget of every replica blocks each node drain for good (kubernetes.io, "Specifying a Disruption Budget")."""
    if budget and budget.min_available >= replicas:
        yield Problem(
            (*path, "podDisruptionBudget", "minAvailable"),
            f"{budget.min_available} of {replicas} replicas would block every node drain",
            "Keep it below replicas, or set podDisruptionBudget: null",
        )
