"""What the user sees while tools are fetched: live on a terminal, plain lines in a log or CI."""

import os
import threading
import time
from collections.abc import Generator
from contextlib import contextmanager
from dataclasses import dataclass

from rich.console import Console
from rich.progress import Progress, SpinnerColumn, TaskID, TextColumn, TimeElapsedColumn

_PLAIN_INTERVAL_SECONDS = 30.0


@dataclass(frozen=True)
class _Running:
    what: str
    usual: str
    started: float
    task: TaskID | None


class Display:
    """Progress by part, and the durations afterwards; safe to use from several threads."""

    def __init__(self, console: Console) -> None:
        self._console = console
        self._live = console.is_terminal and not os.environ.get("CI")
        self._progress = Progress(
            SpinnerColumn(), TextColumn("{task.description}"), TimeElapsedColumn(), console=console, transient=True
        )
        self._running: dict[str, _Running] = {}
        self._done: dict[str, float] = {}
        self._lock = threading.Lock()
        self._closed = threading.Event()
        self._opened = time.monotonic()

    @contextmanager
    def open(self) -> Generator["Display"]:
        """Show progress inside the block."""
        ticker = threading.Thread(target=self._tick, daemon=True)
        if self._live:
            self._progress.start()
        else:
            ticker.start()
        try:
            yield self
        finally:
            self._closed.set()
            if self._live:
                self._progress.stop()
            else:
                ticker.join()

    @contextmanager
    def part(self, part: str, what: str, usual_minutes: float | None = None, detail: str = "") -> Generator[None]:
        """Show that a part is at work, for example at 'building mesh'; its duration is kept when it succeeds.

        The detail is shown once, where lines stay.
        """
        usual = "" if usual_minutes is None else f"usually {_clock(usual_minutes * 60)} on 2 cores"
        line = f"{what} ({usual})" if usual else what
        task = self._progress.add_task(line) if self._live else None
        running = _Running(what, usual, time.monotonic(), task)
        with self._lock:
            self._running[part] = running
        if not self._live:
            self.note(f"{line}: {detail}" if detail else line)
        try:
            yield
            with self._lock:
                self._done[part] = self._done.get(part, 0) + time.monotonic() - running.started
        finally:
            with self._lock:
                del self._running[part]
            if task is not None:
                self._progress.remove_task(task)

    def note(self, line: str) -> None:
        """Print a line that stays."""
        self._console.print(line, markup=False, highlight=False, soft_wrap=True)

    def summary(self) -> str:
        """The whole duration and that of each part, like '6:01 (mesh 5:12, pulumi 2:40, partly side by side)'."""
        with self._lock:
            parts = ", ".join(f"{part} {_clock(seconds)}" for part, seconds in self._done.items())
        whole = _clock(time.monotonic() - self._opened)
        return f"{whole} ({parts}, partly side by side)" if parts else whole

    def _tick(self) -> None:
        while not self._closed.wait(_PLAIN_INTERVAL_SECONDS):
            with self._lock:
                running = list(self._running.values())
            now = time.monotonic()
            for part in running:
                elapsed = _clock(now - part.started)
                self.note(f"still {part.what} ({elapsed}{part.usual and f', {part.usual}'})")


def _clock(seconds: float) -> str:
    """Minutes and seconds, as 2:05."""
    minutes, rest = divmod(round(seconds), 60)
    return f"{minutes}:{rest:02d}"
