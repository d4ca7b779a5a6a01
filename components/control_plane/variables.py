"""Names and values of istiod's variables that it would pass over in silence."""

import re
from collections.abc import Iterator

from components.control_plane.environment import variable_types
from components.kinds.go_duration import go_seconds
from components.kinds.scalars import truth
from components.settings.problems import Path, Problem
from components.settings.wording import shown, slip

_PREFIX = "PILOT_"

_WRONG = {
    "bool": ("is neither true nor false", '"true" or "false"'),
    "duration": ("is not a duration", "'10s'"),
    "float": ("is not a number", '"0.5"'),
    "int": ("is not a whole number", '"100"'),
}
"""By type: what is wrong, and an example."""


def variable_problems(name: str, value: str, path: Path) -> Iterator[Problem]:
    """A name that is nearly one of istiod's, or a value for which istiod would take its default.

    A name that is like none of istiod's is taken: libraries within istiod read variables of their own.
    Source: pkg/env/var.go of Istio, which only logs what it cannot read.
    """
    kind = variable_types().get(name)
    if kind is None:
        if meant := near(name):
            yield Problem(
                (*path, name), "is no variable that istiod knows, so that it does nothing", f"Did you mean '{meant}'?"
            )
    elif not _readable(kind, value):
        rule, example = _WRONG[kind]
        yield Problem(
            (*path, name), f"{shown(value)} {rule}, and istiod would take its default", f"For example: {example}"
        )


def near(name: str) -> str | None:
    """The variable of istiod that a name was meant to be; None when it is like none."""
    known = variable_types()
    for other in (_PREFIX + name, name.removeprefix(_PREFIX)):
        if other in known:
            return other
    return slip(name, known)


def _readable(kind: str, value: str) -> bool:
    match kind:
        case "bool":
            return truth(value) is not None
        case "duration":
            return go_seconds(value) is not None
        case "int":
            return re.fullmatch("[-+]?[0-9]+", value, re.ASCII) is not None
        case "float":
            return re.fullmatch("[-+]?([0-9]+[.]?[0-9]*|[.][0-9]+)(e[-+]?[0-9]+)?", value, re.ASCII) is not None
        case _:
            return True
