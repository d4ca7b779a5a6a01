"""Durations as Prometheus reads them."""

import re

_UNITS = {"y": 31_536_000.0, "w": 604_800.0, "d": 86_400.0, "h": 3600.0, "m": 60.0, "s": 1.0, "ms": 0.001}
_DURATION = re.compile("".join(f"(?:([0-9]+){unit})?" for unit in _UNITS), re.ASCII)


def prometheus_seconds(text: str) -> float:
    """The seconds of a duration such as `15d` or `1h30m`; ValueError for any other text.

    Whole numbers, the longest unit first. Source:
    prometheus.io/docs/prometheus/latest/querying/basics, "Float literals and time durations".
    """
    found = _DURATION.fullmatch(text)
    if not found or not text:
        raise ValueError(f"'{text}' is not a duration as Prometheus reads it")
    return sum(int(number) * unit for number, unit in zip(found.groups("0"), _UNITS.values(), strict=True))
