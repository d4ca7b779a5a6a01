"""The last days of exceptions: refused after them, and warned of before."""

from collections.abc import Iterable, Iterator
from datetime import date, timedelta

from components.settings.problems import Path, Problem

UNTIL = "istio-mesh/until"
"""The annotation that says until when an exception holds."""

_WARNING = timedelta(days=14)
"""How long before its end an exception is warned of: an ended one refuses every deployment, also an urgent one."""


def last_day(text: str) -> date | None:
    """The day of `until`; None when there is no such day."""
    try:
        return date.fromisoformat(text[:10])
    except ValueError:
        return None


def no_days(ends: Iterable[tuple[Path, str]]) -> Iterator[Problem]:
    """Ends that are no day of the calendar."""
    for path, text in ends:
        if last_day(text) is None:
            yield Problem(path, f"'{text[:10]}' is not a day of the calendar", "Correct it")


def ended(ends: Iterable[tuple[Path, str]], today: date) -> Iterator[Problem]:
    """Exceptions whose last day is over."""
    for path, text in ends:
        day = last_day(text)
        if day and day < today:
            rule = f"ended on {day}, and today is {today}"
            yield Problem(path, rule, "Remove the exception, or write until when it holds now, if somebody decided so")


def ending(ends: Iterable[tuple[Path, str]], today: date) -> Iterator[Problem]:
    """Exceptions that are near their end, to be warned of."""
    for path, text in ends:
        day = last_day(text)
        if day and today <= day < today + _WARNING:
            yield Problem(path, f"ends on {day}; after that day a preview is refused", "Remove the exception in time")
