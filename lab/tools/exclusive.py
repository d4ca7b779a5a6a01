"""Work that one run does at a time: the others wait, say for what, and then find it done."""

from collections.abc import Generator
from contextlib import contextmanager
from pathlib import Path

from filelock import FileLock, Timeout

from lab.tools.cache import Cache
from lab.tools.children import Children
from lab.tools.display import Display

_POLL_SECONDS = 0.5


@contextmanager
def exclusive(cache: Cache, what: str, display: Display, children: Children) -> Generator[Path]:
    """An empty folder to work in, below the cache, while no other run works on the same; it is removed afterwards.

    The lock is the operating system's: it is gone with the process that holds it, however that ends.

    Raises:
        StoppedError: the run was stopped while it waited.
    """
    lock = FileLock(cache.lock_file(what))
    try:
        lock.acquire(timeout=0)
    except Timeout:
        display.note(f"Waiting for another run, which is at work on {what}.")
        _wait_for(lock, children)
    try:
        with cache.workspace(what) as folder:
            yield folder
    finally:
        lock.release()


def _wait_for(lock: FileLock, children: Children) -> None:
    while True:
        children.check()
        try:
            lock.acquire(timeout=_POLL_SECONDS)
        except Timeout:
            continue
        return
