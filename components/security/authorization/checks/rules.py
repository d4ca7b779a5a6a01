"""Checks of policies of one's own."""

from collections.abc import Iterator

from components.security.authorization.checks.targets import condition_problems, target_problems
from components.security.authorization.settings import AuthorizationSettings, RuleAction
from components.settings.mesh import MeshSettings
from components.settings.problems import Path, Problem


def rule_problems(settings: MeshSettings, authorization: AuthorizationSettings) -> Iterator[Problem]:
    """Rules for nothing, for everything, or in a stage that there is not."""
    for name, one in authorization.rules.items():
        path: Path = ("authorization", "rules", name)
        yield from target_problems(settings, one, path, mesh=one.mesh)
        yield from condition_problems(settings, one, path)
        if one.action is RuleAction.DENY and not (one.from_ or one.to or one.when):
            yield Problem(path, "would deny everybody everything", "Add `from`, `to` or `when`")
        if one.action is RuleAction.AUDIT and one.stage is not None:
            rule = "an AUDIT has no effect that could be tried: it marks requests, and Istio refuses to try it"
            yield Problem((*path, "stage"), rule, "Remove it")
