"""Child processes that end with this run: each leads a process group, which Ctrl-C and failures stop as a whole."""

import os
import signal
import subprocess
import threading
from collections.abc import Generator, Mapping, Sequence
from contextlib import contextmanager, suppress
from pathlib import Path
from types import FrameType
from typing import IO

_GRACE_SECONDS = 5.0


class StoppedError(Exception):
    """This run is being stopped; raised where it was about to start or waited for something."""


class Children:
    """The running child processes of one run; safe to use from several threads."""

    def __init__(self) -> None:
        self._running: set[subprocess.Popen[bytes]] = set()
        self._lock = threading.Lock()
        self.stopped = threading.Event()

    def run(
        self, command: Sequence[str], *, cwd: Path, env: Mapping[str, str] | None, output: IO[bytes], log: IO[bytes]
    ) -> int:
        """Run a command to its end and return its exit code; stdout goes to `output`, stderr to `log`.

        Raises:
            StoppedError: the run was stopped.
        """
        with self._lock:
            self.check()
            process = subprocess.Popen(
                command, cwd=cwd, env=env, stdin=subprocess.DEVNULL, stdout=output, stderr=log, process_group=0
            )
            self._running.add(process)
        code = process.wait()
        with self._lock:
            self._running.discard(process)
        self.check()
        return code

    def check(self) -> None:
        """Return at once, or raise StoppedError where the run was stopped."""
        if self.stopped.is_set():
            raise StoppedError

    def stop(self) -> None:
        """End every child and what it started; nothing can be started afterwards."""
        with self._lock:
            self.stopped.set()
            running = list(self._running)
        for process in running:
            # Go removes its temporary files when it is interrupted, and not when it is terminated.
            _signal(process, signal.SIGINT)
        for process in running:
            with suppress(subprocess.TimeoutExpired):
                process.wait(_GRACE_SECONDS)
            _signal(process, signal.SIGKILL)


def _signal(process: subprocess.Popen[bytes], number: signal.Signals) -> None:
    try:
        os.killpg(process.pid, number)
    except ProcessLookupError:
        return


@contextmanager
def termination_as_interrupt() -> Generator[None]:
    """Make SIGTERM behave like Ctrl-C, so that a stopped CI job leaves no compiler behind; main thread only."""
    if threading.current_thread() is not threading.main_thread():
        yield
        return

    def interrupt(number: int, frame: FrameType | None) -> None:
        del number, frame
        raise KeyboardInterrupt

    previous = signal.signal(signal.SIGTERM, interrupt)
    try:
        yield
    finally:
        signal.signal(signal.SIGTERM, previous)
