"""One command at a time changes a lab."""

import fcntl
import os
from collections.abc import Callable, Generator
from contextlib import contextmanager
from pathlib import Path

from lab.layout import LabLayout


@contextmanager
def exclusively(layout: LabLayout, report: Callable[[str], None]) -> Generator[None]:
    """Do the block alone: where another command changes this lab, say so and wait until it has ended or was killed.

    The block may delete the lock file when it deletes the lab.
    """
    layout.lock.parent.mkdir(parents=True, exist_ok=True)
    held = _acquired(layout.lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
    if held is None:
        report(f"another command is changing the lab {layout.name!r}: waiting for it to end")
        held = _acquired(layout.lock, fcntl.LOCK_EX)
    try:
        yield
    finally:
        if held is not None:
            os.close(held)


def _acquired(path: Path, operation: int) -> int | None:
    """The locked file's descriptor, or None where it is held and `operation` does not wait."""
    while True:
        descriptor = os.open(path, os.O_RDWR | os.O_CREAT, 0o644)
        try:
            fcntl.flock(descriptor, operation)
            # Who had it may have deleted it: then the lock of another file, or of none, is what counts by now.
            if path.exists() and os.path.samestat(os.fstat(descriptor), path.stat()):
                return descriptor
        except BlockingIOError:
            os.close(descriptor)
            return None
        except FileNotFoundError:
            pass  # It was deleted between the two looks.
        except BaseException:
            os.close(descriptor)
            raise
        os.close(descriptor)
