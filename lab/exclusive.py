"""Work that one command does at a time: another one says that it waits, and goes on once the first has ended."""

from collections.abc import Callable, Generator
from contextlib import contextmanager
from pathlib import Path

from filelock import FileLock, Timeout

from lab.layout import LabLayout

_LOOK_SECONDS = 0.5
"""How long a command waits before it looks whether it was stopped itself."""


@contextmanager
def exclusively(layout: LabLayout, report: Callable[[str], None]) -> Generator[None]:
    """Do the block alone: where another command changes this lab, say so and wait until it has ended or was killed.

    The block may delete the lock file when it deletes the lab.
    """
    told = f"another command is changing the lab {layout.name!r}: waiting for it to end"
    with alone(layout.lock, lambda: report(told)):
        yield


@contextmanager
def alone(lock_file: Path, waits: Callable[[], None], go_on: Callable[[], None] = lambda: None) -> Generator[None]:
    """Do the block while nobody else holds `lock_file`; `waits` is called once where somebody does.

    The lock is the operating system's: it is gone with the process that holds it, however that ends. A file that was
    deleted meanwhile is no lock any more: then the new file of that name is waited for. `go_on` is called again and
    again during the wait, and ends it by what it raises.
    """
    lock = FileLock(lock_file)
    try:
        lock.acquire(timeout=0)
    except Timeout:
        waits()
        _wait_for(lock, go_on)
    try:
        yield
    finally:
        lock.release()


def _wait_for(lock: FileLock, go_on: Callable[[], None]) -> None:
    while True:
        go_on()
        try:
            lock.acquire(timeout=_LOOK_SECONDS)
        except Timeout:
            continue
        return
