"""Wait until a part answers, and say what went wrong when it does not."""

import time
from collections.abc import Callable
from functools import cache
from pathlib import Path

import httpx

from lab.errors import LabError
from lab.layout import LabLayout
from lab.parts import Part
from lab.processes import Record, process_of

_POLL_SECONDS = 0.05
_FIX = (
    "Run './mesh lab up' again. If that does not help, './mesh lab down --delete' and './mesh lab up' make a new lab."
)


def answers(url: str, timeout: float = 2.0) -> bool:
    """True where the health URL answers 200. Certificates are not checked: this is loopback, and no secret is sent."""
    try:
        return _client().get(url, timeout=timeout).is_success
    except httpx.HTTPError:
        return False


@cache
def _client() -> httpx.Client:
    # One for all: to make one takes longer than most answers. It keeps no connection, which a part may have ended.
    return httpx.Client(verify=False, trust_env=False, limits=httpx.Limits(max_keepalive_connections=0))  # noqa: S501


def wait_until(condition: Callable[[], bool], seconds: float) -> bool:
    """Poll until the condition holds; False once the time is over."""
    deadline = time.monotonic() + seconds
    while time.monotonic() < deadline:
        if condition():
            return True
        time.sleep(_POLL_SECONDS)
    return condition()


def await_part(layout: LabLayout, part: Part, record: Record) -> None:
    """Return once the part answers.

    Raises:
        LabError: it exited, or did not answer in time; the message holds the end of its log.
    """

    def settled() -> bool:
        return answers(part.ready_url) or process_of(record) is None

    wait_until(settled, part.ready_seconds)
    if process_of(record) is None:
        raise LabError(f"{part.name} ended right after its start. {last_words(layout.log(part.name))}\n{_FIX}")
    if not answers(part.ready_url):
        raise LabError(
            f"{part.name} did not answer {part.ready_url} within {part.ready_seconds:.0f} s. "
            f"{last_words(layout.log(part.name))}\n{_FIX}"
        )


def last_words(log: Path, lines: int = 5) -> str:
    """The end of a log, as a sentence for an error message."""
    tail = log.read_text(errors="replace").splitlines()[-lines:] if log.exists() else []
    if not tail:
        return f"It wrote nothing to {log}."
    return f"The end of {log}:\n" + "\n".join(f"  {line[:400]}" for line in tail)
