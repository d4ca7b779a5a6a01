"""Durations as Go reads them: those of Istio, the Gateway API, cert-manager and CEL."""

import re
from fractions import Fraction
from functools import lru_cache

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


def go_seconds(text: str) -> float | None:
    """The seconds of a duration such as `1h2m3.5s` or `10ms`; None when it is none.

    Source: Go's time.ParseDuration, so a sign, `0` without a unit, and `ns` and `us` are read too.
    """
    exact = exact_go_seconds(text)
    return None if exact is None else float(exact)


def known_go_seconds(text: str) -> float:
    """The seconds of a text that is a duration by its type; ValueError for any other."""
    found = go_seconds(text)
    if found is None:
        raise ValueError(f"'{text}' is not a duration as Go reads it")
    return found


@lru_cache(maxsize=1024)  # A stack says few durations, and each of them many times.
def exact_go_seconds(text: str) -> Fraction | None:
    """The same without rounding, for comparisons with a limit."""
    found = _DURATION.fullmatch(text)
    if not found:
        return None
    total = sum((_fraction(number) * _UNITS[unit] for number, unit in _PART.findall(found[2] or "")), Fraction(0))
    return -total if found[1] == "-" else total


def _fraction(number: str) -> Fraction:
    whole, _, rest = number.partition(".")
    return Fraction(int(whole + rest), 10 ** len(rest))
