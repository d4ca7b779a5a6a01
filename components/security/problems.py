"""The checks of security by intent, loaded only where a stack says something of it."""

from collections.abc import Iterator
from datetime import date

from components.security.mtls.ends import ended_plain_text, ending_plain_text
from components.settings.later import imported_when_used
from components.settings.mesh import MeshSettings
from components.settings.problems import Problem

with imported_when_used():
    from components.security.authorization.checks import authorization_problems, exceptions, openness
    from components.security.authorization.checks.audits import unseen_audits
    from components.security.jwt.checks import jwt_problems


def security_problems(settings: MeshSettings) -> Iterator[Problem]:
    """Everything that is wrong with `authorization`, `jwt`, and calls and callers of services."""
    if settings.jwt or any(_claims(settings)):
        yield from jwt_problems(settings)
    if settings.authorization or any(_limited(settings)):
        yield from authorization_problems(settings)


def authorization_guard_rails(settings: MeshSettings) -> Iterator[Problem]:
    """For production: exceptions without reason or end, and what lets everybody in without a reason."""
    if settings.authorization:
        yield from exceptions.missing_ends(settings)
        yield from openness.unexplained_openness(settings)


def ended_exceptions(settings: MeshSettings, today: date) -> Iterator[Problem]:
    """Exceptions, of authorization and of mutual TLS, whose last day is over."""
    yield from ended_plain_text(settings, today)
    if settings.authorization and settings.authorization.exceptions:
        yield from exceptions.ended_exceptions(settings, today)


def security_warnings(settings: MeshSettings, today: date) -> Iterator[Problem]:
    """What is not refused, and yet to be told: exceptions that are near their end, and AUDIT that nobody sees."""
    if settings.authorization and settings.authorization.exceptions:
        yield from exceptions.ending_exceptions(settings, today)
    yield from ending_plain_text(settings, today)
    if settings.authorization or any(one.kind == "AuthorizationPolicy" for one in settings.resources):
        yield from unseen_audits(settings)


def _limited(settings: MeshSettings) -> Iterator[bool]:
    """Whether a service says more about calls than who calls whom."""
    for service in settings.services.values():
        yield service.callers is not None or any(not isinstance(call, str) for call in service.calls or ())


def _claims(settings: MeshSettings) -> Iterator[bool]:
    for service in settings.services.values():
        yield any(tester.match.claims for tester in service.testers)
        yield any(match.claims for route in service.routes for match in route.match)
