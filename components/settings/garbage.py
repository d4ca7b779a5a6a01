"""A pause of Python's collector of cycles."""

import gc
from collections.abc import Generator
from contextlib import contextmanager


@contextmanager
def collection_paused() -> Generator[None]:
    """Keep the collector from running; at the end it is as it was before, also after an error.

    For work that makes many objects which all stay: the collector would look through all of them again and again and
    find nothing to free. Of the checks of a thousand services that call each other it took a third (measured).
    """
    enabled = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if enabled:
            gc.enable()


@contextmanager
def kept_to_the_end() -> Generator[None]:
    """Keep the collector from running, and from ever looking at what was made meanwhile.

    For what stays until the process ends: modules and models of a program that runs once. A collection at any later
    time, and those at the end of the interpreter, would look through all of it. It is for `__main__` only, because what
    is made beside it is kept too.
    """
    with collection_paused():
        yield
        gc.freeze()
