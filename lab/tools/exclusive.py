"""Work on tools that one run does at a time: the others wait, say for what, and then find it done."""

from collections.abc import Generator
from contextlib import contextmanager
from pathlib import Path

from lab.exclusive import alone
from lab.tools.cache import Cache
from lab.tools.children import Children
from lab.tools.display import Display


@contextmanager
def exclusive(cache: Cache, what: str, display: Display, children: Children) -> Generator[Path]:
    """An empty folder to work in, below the cache, while no other run works on the same; it is removed afterwards.

    Raises:
        StoppedError: the run was stopped while it waited.
    """

    def waits() -> None:
        display.note(f"Waiting for another run, which is at work on {what}.")

    with alone(cache.lock_file(what), waits, children.check), cache.workspace(what) as folder:
        yield folder
