"""Checks of authorization: who is named, what of a service, where, in which stage, and for how long."""

from collections.abc import Iterator

from components.security.authorization.checks.callers import caller_problems
from components.security.authorization.checks.exceptions import exception_problems
from components.security.authorization.checks.external import external_problems
from components.security.authorization.checks.reach import reach_problems
from components.security.authorization.checks.rules import rule_problems
from components.security.authorization.checks.sample import sample_problems
from components.security.authorization.checks.stages import stage_problems
from components.settings.mesh import MeshSettings
from components.settings.problems import Problem


def authorization_problems(settings: MeshSettings) -> Iterator[Problem]:
    """Everything that is wrong with `authorization`, and with `calls` and `callers` of services."""
    wrong = [*caller_problems(settings)]
    if settings.authorization:
        wrong += stage_problems(settings, settings.authorization)
        wrong += exception_problems(settings, settings.authorization)
        wrong += external_problems(settings, settings.authorization)
        wrong += rule_problems(settings, settings.authorization)
        # Who reaches whom is only told of what is right by itself.
        wrong += [] if wrong else [*reach_problems(settings), *sample_problems(settings)]
    yield from wrong
