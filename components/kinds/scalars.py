"""Checks of single texts and numbers against their shape."""

import re
from fractions import Fraction
from typing import Any

from components.kinds.findings import Findings
from components.kinds.go_duration import exact_go_seconds
from components.kinds.loading import Shape
from components.settings.codes import Code
from components.settings.problems import Path
from components.settings.wording import mismatch, shown

_LEAST = Fraction(1, 1000)
"""The shortest duration that Istio takes, in seconds."""

BASE64 = re.compile(r"([A-Za-z0-9+/]{4})*([A-Za-z0-9+/]{2}==|[A-Za-z0-9+/]{3}=|[A-Za-z0-9+/]{4})", re.ASCII)
"""What the API server takes for the format 'byte' (k8s.io/kube-openapi/pkg/validation/strfmt, IsBase64): never ''."""

_TRUE = frozenset({"1", "t", "T", "TRUE", "true", "True"})
_FALSE = frozenset({"0", "f", "F", "FALSE", "false", "False"})


def truth(text: str) -> bool | None:
    """What Istio takes a text for that has to be true or false (Go's strconv.ParseBool); None when it is neither."""
    return text in _TRUE if text in _TRUE | _FALSE else None


def text_problems(value: str, shape: Shape, path: Path, found: Findings) -> None:
    """A text that is too short or too long, or without the form that it needs."""
    least, most = shape.get("minLength"), shape.get("maxLength")
    if most == 0 and value:
        found.add(path, f"{shown(value)} is there, but only empty text is accepted", "Remove it", Code.WRONG_LENGTH)
    elif least is not None and len(value) < least:
        rule = "is empty" if not value else f"{shown(value)} is too short"
        found.add(path, rule, f"Use {least} characters or more" if least > 1 else "Fill it", Code.WRONG_LENGTH)
    elif most is not None and len(value) > most:
        found.add(path, f"{shown(value)} is too long", f"Use at most {most} characters", Code.WRONG_LENGTH)
    elif (form := shape.get("pattern")) and not found.fits(form, value):
        found.add(path, f"{shown(value)} does not have the right form", found.form(form), Code.WRONG_FORM)
    elif shape.get("format") == "duration":
        _duration_problem(value, path, found)
    elif shape.get("format") == "byte" and not BASE64.fullmatch(value):
        found.add(path, f"{shown(value)} is not base64", "Encode it, for example 'b2s='", Code.WRONG_FORM)


def _duration_problem(value: str, path: Path, found: Findings) -> None:
    exact = exact_go_seconds(value)
    if exact is None:
        rule = f"{shown(value)} is not a duration: numbers with 'h', 'm', 's' or 'ms'"
        found.add(path, rule, "For example: '10s'", Code.WRONG_FORM)
    elif exact < _LEAST:
        found.add(path, f"{shown(value)} is too short", "Choose 1ms or more", Code.OUT_OF_RANGE)


def number_problems(value: Any, shape: Shape, path: Path, found: Findings) -> None:
    """What is no number, or no whole one where it has to be, or out of its range."""
    whole = shape.get("type") == "integer"
    if isinstance(value, bool) or not isinstance(value, int if whole else int | float):
        wanted, fix = ("a whole number", " and without a fraction") if whole else ("a number", "")
        found.add(path, mismatch(value, wanted), f"Write it without quotes{fix}", Code.WRONG_TYPE)
        return
    least, most = shape.get("minimum"), shape.get("maximum")
    if shape.get("format") == "int32":
        least = -(2**31) if least is None else least
        most = 2**31 - 1 if most is None else most
    if least is not None and value < least:
        found.add(path, f"{shown(value)} is too small", f"Choose {least} or more", Code.OUT_OF_RANGE)
    elif most is not None and value > most:
        found.add(path, f"{shown(value)} is too large", f"Choose {most} or less", Code.OUT_OF_RANGE)
