"""One command at a time changes a lab."""

from collections.abc import Callable, Generator
from contextlib import contextmanager

from filelock import FileLock, Timeout

from lab.layout import LabLayout


@contextmanager
def exclusively(layout: LabLayout, report: Callable[[str], None]) -> Generator[None]:
    """Do the block alone: where another command changes this lab, say so and wait until it has ended or was killed."""
    layout.lock.parent.mkdir(parents=True, exist_ok=True)
    lock = FileLock(layout.lock)
    try:
        lock.acquire(timeout=0)
    except Timeout:
        report(f"another command is changing the lab {layout.name!r}: waiting for it to end")
        lock.acquire()
    try:
        yield
    finally:
        lock.release()
