"""Ranges of IP addresses."""

from collections.abc import Iterable, Iterator
from ipaddress import ip_network

from components.settings.problems import Path, Problem


def range_problems(texts: Iterable[str], path: Path) -> Iterator[Problem]:
    """Ranges of a list that are none, or that have bits beyond their prefix; `path` is that of the list."""
    for index, text in enumerate(texts):
        yield from range_problem(text, (*path, index))


def range_problem(text: str, path: Path) -> Iterator[Problem]:
    """What is wrong with one range of addresses."""
    try:
        wanted = ip_network(text, strict=False)
    except ValueError:
        yield Problem(path, f"'{text}' is no range of IP addresses", "For example: '203.0.113.0/24'")
        return
    if str(wanted) != text.lower() and wanted.version == 4:
        yield Problem(path, f"'{text}' has bits beyond its prefix", f"Did you mean '{wanted}'?")
