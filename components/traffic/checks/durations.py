"""Durations as Istio reads them."""

import re
from collections.abc import Iterator
from fractions import Fraction
from functools import lru_cache

from components.kinds.node import Node
from components.settings.problems import Problem
from components.settings.wording import shown

_NUMBER = r"(?:[0-9]+(?:\.[0-9]*)?|\.[0-9]+)"
_PART = re.compile(rf"({_NUMBER})(ns|us|µs|μs|ms|s|m|h)", re.ASCII)
_DURATION = re.compile(rf"([-+])?(?:0|((?:{_NUMBER}(?:ns|us|µs|μs|ms|s|m|h))+))", re.ASCII)
_UNITS = {
    "ns": Fraction(1, 10**9),
    "us": Fraction(1, 10**6),
    "µs": Fraction(1, 10**6),
    "μs": Fraction(1, 10**6),
    "ms": Fraction(1, 1000),
    "s": Fraction(1),
    "m": Fraction(60),
    "h": Fraction(3600),
}


def seconds(text: str) -> float | None:
    """The seconds of a duration such as `1h2m3.5s` or `10ms`; None when it is none.

    Istio reads durations with Go's time.ParseDuration, so a sign, `0` without a unit, and `ns` and `us` are read too.
    """
    exact = _exact_seconds(text)
    return None if exact is None else float(exact)


@lru_cache(maxsize=1024)  # A stack says few durations, and each of them many times.
def _exact_seconds(text: str) -> Fraction | None:
    found = _DURATION.fullmatch(text)
    if not found:
        return None
    total = sum((_fraction(number) * _UNITS[unit] for number, unit in _PART.findall(found[2] or "")), Fraction(0))
    return -total if found[1] == "-" else total


def _fraction(number: str) -> Fraction:
    whole, _, rest = number.partition(".")
    return Fraction(int(whole + rest), 10 ** len(rest))


def duration_problems(node: Node, *, least: str = "1ms", most: str | None = None) -> Iterator[Problem]:
    """A duration that Istio reads, from `least` to `most`, to the millisecond; nothing where there is none.

    Source: ValidateDuration and ValidateDurationRange in pkg/config/validation/agent/validation.go.
    """
    text = node.text
    if text is None:
        return
    exact = _exact_seconds(text)
    if exact is None:
        yield node.problem(
            f"{shown(text)} is not a duration: numbers with 'h', 'm', 's' or 'ms'", "Write it like '10s' or '1m30s'"
        )
        return
    if exact < (_exact_seconds(least) or 0):
        yield node.problem(f"{shown(text)} is shorter than {least}, which is the least", f"Set {least} or more")
    elif exact * 1000 % 1:
        yield node.problem(f"{shown(text)} is finer than a millisecond", "Round it to whole milliseconds")
    longest = _exact_seconds(most) if most else None
    if longest is not None and exact > longest:
        yield node.problem(f"{shown(text)} is longer than {most}, which is the most", f"Set {most} or less")
