"""A simulation as text for people."""

import json
from collections.abc import Iterator
from dataclasses import dataclass

from components.traffic.simulation.results import Action, Decision, Destination, Outcome, Security, Simulation, Skipped

_WIDTH = 12
_ENDS = {
    Outcome.REFUSED: "no connection",
    Outcome.NOT_FOUND: "404, no route takes it",
    Outcome.PASSED_THROUGH: "leaves the mesh as it is, to wherever DNS leads",
    Outcome.DENIED: "denied",
    Outcome.BLOCKED: "dropped by the caller's proxy",
}
_GOOD, _BAD, _DIM = "bold green", "bold red", "dim"
_DECIDED = {Decision.ALLOWED: _GOOD, Decision.DENIED: _BAD, Decision.UNKNOWN: "bold yellow"}


@dataclass(frozen=True)
class Line:
    """One line, and how it looks in a terminal."""

    words: str
    style: str | None = None


def text(found: Simulation) -> Iterator[Line]:
    """The simulation, in the order in which the request meets things; what was passed over comes last."""
    yield Line(f"{found.request.method} {found.request.url}", "bold")
    way = found.way
    if way:
        yield _line("from" if way.sidecar else "gateway", way.proxy)
        for name, value in (("scope", way.scope), ("resource", way.gateway), ("server", way.server)):
            if value:
                yield _line(name, value)
        if way.domain:
            yield _line("host", way.domain)
    if found.security:
        yield from _security(found.security)
    if found.taken:
        number = "" if found.taken.match is None else f", match {found.taken.match}"
        yield _line("rule", f"{found.taken.rule}{number}", _GOOD)
        yield _line("of", f"{found.taken.source} ({found.taken.path})")
    yield from _action(found)
    for note in found.notes:
        yield _line("note", note, "yellow")
    if found.skipped:
        yield Line("passed over:")
        yield from (_skipped(one) for one in found.skipped)


def _action(found: Simulation) -> Iterator[Line]:
    action = found.action
    if action.answer and action.outcome in (Outcome.ANSWERED, Outcome.REDIRECTED):
        location = f" to {action.answer.location}" if action.answer.location else ""
        body = f": {action.answer.body}" if action.answer.body else ""
        yield _line("answer", f"{action.answer.status}{location}{body}")
    elif action.outcome in _ENDS:
        told = action.outcome in (Outcome.BLOCKED, Outcome.DENIED)
        status = f", {action.answer.status}" if action.answer and told else ""
        yield _line("answer", f"{_ENDS[action.outcome]}{status}", _BAD)
    for one in action.destinations:
        yield from _destination(one)
    yield from _changes(action, found)
    for name, value in action.policies.items():
        yield _line(name, value if isinstance(value, str) else json.dumps(value))


def _changes(action: Action, found: Simulation) -> Iterator[Line]:
    """What the service sees, where it is not what was asked."""
    if action.path is not None and action.path != found.request.path:
        yield _line("path", f"{action.path} instead of {found.request.path}")
    if action.authority is not None and action.authority != found.request.authority:
        yield _line("host", f"{action.authority} instead of {found.request.authority}")


def _destination(one: Destination) -> Iterator[Line]:
    subset = f" {one.subset}" if one.subset else ""
    labels = ", ".join(f"{name}={value}" for name, value in one.labels.items())
    place = f"{one.host or 'nowhere'}{f':{one.port}' if one.port else ''}{subset}{f' ({labels})' if labels else ''}"
    yield _line(f"{one.percent:g} %", place, _BAD if one.problem else _GOOD)
    if one.problem:
        status = f"{one.status}: " if one.status else "no connection: "
        yield _line("", f"{status}{one.problem}", _BAD)
    if one.headers:
        yield _line("", f"headers {json.dumps(one.headers)}")
    if one.rule:
        yield _line("", f"{one.rule} {json.dumps(one.policy)}" if one.policy else one.rule)
    if one.security:
        yield from _security(one.security)


def _security(one: Security) -> Iterator[Line]:
    """The decision, and what it is made from."""
    if one.mtls:
        spoken = "mutual TLS" if one.mutual else "plain text"
        principal = f" as {one.principal}" if one.principal else ""
        by = f" by {one.mtls_policy}" if one.mtls_policy else ""
        yield _line("mtls", f"{one.mtls}{by}; the connection is {spoken}{principal}")
    if one.token:
        yield _line("token", one.token)
    by = f" by {one.policy} ({one.path})" if one.policy and one.path else ""
    yield _line("security", f"{one.decision.value}{by}: {one.reason}", _DECIDED[one.decision])
    for note in one.notes:
        yield _line("note", note, "yellow")


def _skipped(one: Skipped) -> Line:
    number = "" if one.match is None else f", match {one.match}"
    return Line(f"  {one.source} {one.rule}{number}: {one.reason}", _DIM)


def _line(name: str, value: str, style: str | None = None) -> Line:
    return Line(f"  {name:<{_WIDTH}}{value}", style)
