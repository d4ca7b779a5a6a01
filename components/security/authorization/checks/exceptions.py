"""Checks of exceptions: they allow somebody, where something is denied, for a time."""

from collections.abc import Iterator
from datetime import date

from components.security.authorization.checks.targets import condition_problems, target_problems
from components.security.authorization.coverage import covered
from components.security.authorization.settings import AuthorizationSettings, ExceptionSettings
from components.security.ends import ended, ending, no_days
from components.settings.mesh import MeshSettings
from components.settings.problems import Path, Problem


def exception_problems(settings: MeshSettings, authorization: AuthorizationSettings) -> Iterator[Problem]:
    """Exceptions for everybody or for nothing, where nothing is denied, or with an end that is no date."""
    for name, one in authorization.exceptions.items():
        path: Path = ("authorization", "exceptions", name)
        yield from target_problems(settings, one, path)
        yield from condition_problems(settings, one, path)
        if not one.from_:
            rule = "says nothing about who, so that everybody might"
            yield Problem((*path, "from"), rule, "Add it, for example `from: [{namespaces: [legacy]}]`")
        yield from _undenied(settings, one, path)
        yield from no_days([((*path, "until"), one.until)] if one.until else [])


def missing_ends(settings: MeshSettings) -> Iterator[Problem]:
    """For production: exceptions that nobody can review, because they do not say why and until when."""
    for name, one in settings.authorization.exceptions.items() if settings.authorization else ():
        path: Path = ("authorization", "exceptions", name)
        if one.reason is None:
            rule = "required in production, because an exception without a reason is never taken back"
            yield Problem((*path, "reason"), rule, "Say why, for example `reason: the batch moves to v2 in March`")
        if one.until is None:
            rule = "required in production, so that an exception ends"
            yield Problem((*path, "until"), rule, "Add the last day on which it holds, for example `until: 2027-01-31`")


def ended_exceptions(settings: MeshSettings, today: date) -> Iterator[Problem]:
    """Exceptions whose last day is over."""
    yield from ended(_ends(settings), today)


def ending_exceptions(settings: MeshSettings, today: date) -> Iterator[Problem]:
    """Exceptions that are near their end, to be warned of."""
    yield from ending(_ends(settings), today)


def _ends(settings: MeshSettings) -> Iterator[tuple[Path, str]]:
    for name, one in settings.authorization.exceptions.items() if settings.authorization else ():
        if one.until:
            yield ("authorization", "exceptions", name, "until"), one.until


def _undenied(settings: MeshSettings, one: ExceptionSettings, path: Path) -> Iterator[Problem]:
    """Where no ALLOW is yet, the first one refuses everybody that it is not for."""
    services, gateways = settings.services, settings.gateways
    free = [
        (("services", index), key)
        for index, key in enumerate(one.services)
        if key in services and not covered(settings, services[key].namespace, service=True)
    ]
    free += [(("namespaces", index), name) for index, name in enumerate(one.namespaces) if not covered(settings, name)]
    free += [
        (("gateways", index), name)
        for index, name in enumerate(one.gateways)
        if name in gateways and not covered(settings, gateways[name].namespace)
    ]
    for place, name in free:
        rule = f"nothing is denied by default at '{name}', where this would be the only ALLOW and refuse everybody else"
        yield Problem((*path, *place), rule, "Remove it, or deny by default there first (`defaultDeny`)")
