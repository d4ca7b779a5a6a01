"""Checks of who is told about alerts."""

from collections.abc import Iterator

from components.observability.alerts.settings import Severity
from components.settings.explain import suggestion
from components.settings.later import imported_when_used
from components.settings.mesh import MeshSettings
from components.settings.problems import Path, Problem

with imported_when_used():
    from components.observability.alerts.receivers import (
        EmailReceiver,
        Receiver,
        SecretSource,
        WebhookReceiver,
        secret_sources,
    )

_NO_SECRET = "says not where the secret is"  # noqa: S105 - words


def receiver_problems(settings: MeshSettings) -> Iterator[Problem]:
    """Receivers that are not complete, and routes that lead to nobody."""
    alerts = settings.alerts
    for name, receiver in alerts.receivers.items():
        yield from _receiver_problems(receiver, ("alerts", "receivers", name))
    for severity in Severity:
        route = getattr(alerts.routing, severity.value)
        for index, name in enumerate(route.receivers if route else ()):
            path: Path = ("alerts", "routing", severity.value, "receivers", index)
            if name not in alerts.receivers:
                meant = suggestion(name, alerts.receivers)
                fix = f"Did you mean '{meant}'?" if meant else "Declare it there"
                yield Problem(path, f"there is no receiver '{name}' in mesh.alerts.receivers", fix)
            elif name in route.receivers[:index]:
                yield Problem(path, f"'{name}' is given twice", "Remove one of them")
    yield from _unused(settings)


def _unused(settings: MeshSettings) -> Iterator[Problem]:
    """Receivers that are told nothing, where every severity is routed by hand."""
    routing = settings.alerts.routing
    if routing.critical is None or routing.warning is None:
        return
    used = {name for route in (routing.critical, routing.warning, routing.info) if route for name in route.receivers}
    for name in settings.alerts.receivers:
        if name not in used:
            yield Problem(
                ("alerts", "receivers", name),
                "is told nothing: no severity of alerts.routing names it",
                "Add it there, or remove it",
            )


def _receiver_problems(receiver: Receiver, path: Path) -> Iterator[Problem]:
    for key, source in secret_sources(receiver).items():
        yield from _source_problems(source, (*path, key))
    if isinstance(receiver, WebhookReceiver):
        if receiver.url is None and receiver.url_from is None:
            yield Problem(path, "has no address", "Add `url`, or `urlFrom` when the address holds a token")
        elif receiver.url is not None and receiver.url_from is not None:
            yield Problem((*path, "urlFrom"), "has no place beside url", "Keep one of them")
    if isinstance(receiver, EmailReceiver):
        if receiver.username is not None and receiver.password is None:
            yield Problem(
                (*path, "password"),
                "required with username, but missing",
                "Add it, for example `password: {configKey: mail-password}`",
            )
        if receiver.password is not None and receiver.username is None:
            yield Problem((*path, "username"), "required with password, but missing", "Add the name to log in with")


def _source_problems(source: SecretSource, path: Path) -> Iterator[Problem]:
    if source.config_key is not None:
        if source.secret is not None or source.entry is not None:
            yield Problem(path, "names a configuration key and a Secret", "Keep one of them")
    elif source.secret is None:
        fix = "Add `configKey`, or `secret` and `entry`"
        yield Problem(path, _NO_SECRET, fix)
    elif source.entry is None:
        yield Problem(path, f"does not say which key of the Secret '{source.secret}' is meant", "Add `entry`")
