"""What a stand-in does with a request: what a test asked for, and what was counted."""

import threading
from collections import deque
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Annotated, Any, Literal

from pydantic import BaseModel, ConfigDict, Field, ValidationError

# How many requests of one stand-in are kept with their headers.
REMEMBERED = 100
# A request asks for these itself, whatever was set for its stand-in.
HEADERS = {"x-lab-status": "status", "x-lab-delay": "delay", "x-lab-close": "close"}


class Behaviour(BaseModel):
    """How requests are answered.

    Raises:
        pydantic.ValidationError: a field is unknown or out of range.
    """

    model_config = ConfigDict(frozen=True, extra="forbid")

    status: Annotated[int, Field(ge=200, le=599)] = 200
    """The status code of the answer."""
    delay: Annotated[float, Field(ge=0, le=600)] = 0
    """Seconds before the answer."""
    close: Literal["end", "reset"] | None = None
    """Instead of an answer, end the connection (FIN) or reset it (RST)."""
    hold: bool = False
    """Answer only once another behaviour is set for the same selection, or everything is forgotten."""
    stranger: bool = False
    """Show TLS a certificate of an authority that nobody trusts; requests are answered as they would be otherwise."""
    times: Annotated[int, Field(ge=1)] | None = None
    """For so many requests, counted over all stand-ins that are selected; later ones are answered as before."""


def told(error: ValidationError) -> str:
    """What is wrong with what was asked for, for whoever asked."""
    wrong = "; ".join(f"{'.'.join(map(str, one['loc']))} {one['input']!r}: {one['msg']}" for one in error.errors())
    return f"{wrong}. See 'Stand-ins' in docs/lab.md for what there is."


class Selection(BaseModel):
    """Which stand-ins are meant, in the words of their answers; what is left out matches everything.

    Raises:
        pydantic.ValidationError: a field is unknown.
    """

    model_config = ConfigDict(frozen=True, extra="forbid")

    service: str | None = None
    """The label `app`, or the name of a host outside the cluster."""
    version: str | None = None
    pod: str | None = None
    namespace: str | None = None

    def matches(self, identity: Mapping[str, str]) -> bool:
        """Whether a stand-in of this identity is meant."""
        return all(value is None or identity.get(key) == value for key, value in self)


@dataclass
class Journal:
    """What one stand-in was asked."""

    identity: Mapping[str, str]
    count: int = 0
    held: int = 0
    paths: dict[str, int] = field(default_factory=dict[str, int])
    last: deque[dict[str, Any]] = field(default_factory=lambda: deque[dict[str, Any]](maxlen=REMEMBERED))

    def page(self) -> dict[str, Any]:
        """For JSON."""
        return {**self.identity, "count": self.count, "held": self.held, "paths": self.paths, "last": list(self.last)}


@dataclass(eq=False)
class _Rule:
    selection: Selection
    behaviour: Behaviour
    left: int | None


class Play:
    """The behaviours that were set and the requests that were made, for all stand-ins; used by many threads."""

    def __init__(self) -> None:
        self._rules: list[_Rule] = []
        self._journals: dict[tuple[str, ...], Journal] = {}
        self._changed = threading.Condition()

    def behave(self, selection: Selection, behaviour: Behaviour | None) -> None:
        """Set a behaviour; the last one set wins. None takes back what was set for this very selection."""
        with self._changed:
            self._rules = [rule for rule in self._rules if rule.selection != selection]
            if behaviour is not None:
                self._rules.append(_Rule(selection, behaviour, behaviour.times))
            self._changed.notify_all()

    def forget(self) -> None:
        """Take back every behaviour and drop every count; requests that are held are answered."""
        with self._changed:
            self._rules.clear()
            self._journals.clear()
            self._changed.notify_all()

    def pages(self, selection: Selection) -> list[dict[str, Any]]:
        """What the selected stand-ins were asked; only those that were asked anything."""
        with self._changed:
            return [one.page() for one in self._journals.values() if selection.matches(one.identity)]

    def asked(self, identity: Mapping[str, str], method: str, path: str, headers: Mapping[str, str]) -> Behaviour:
        """Count a request and say how to answer it. Returns only when a held request is released.

        Raises:
            pydantic.ValidationError: the request's own headers ask for what there is not.
        """
        with self._changed:
            journal = self._journals.setdefault(tuple(identity.values()), Journal(identity))
            journal.count += 1
            journal.paths[path] = journal.paths.get(path, 0) + 1
            journal.last.append({"method": method, "path": path, "headers": dict(headers)})
            own = {key: value for name, key in HEADERS.items() if (value := headers.get(name)) is not None}
            if own:
                return Behaviour.model_validate(own)
            rule = self._rule_for(identity)
            if rule is None:
                return Behaviour()
            if rule.behaviour.hold:
                journal.held += 1
                self._changed.wait_for(lambda: rule not in self._rules)
                journal.held -= 1
            return rule.behaviour

    def stranger(self, identity: Mapping[str, str]) -> bool:
        """Whether the stand-in shows a stranger's certificate; a handshake is no request, and is not counted."""
        with self._changed:
            rules = reversed(self._rules)
            return next((rule.behaviour.stranger for rule in rules if rule.selection.matches(identity)), False)

    def _rule_for(self, identity: Mapping[str, str]) -> _Rule | None:
        for rule in reversed(self._rules):
            if rule.left != 0 and rule.selection.matches(identity):
                if rule.left is not None:
                    rule.left -= 1
                return rule
        return None
