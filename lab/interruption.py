"""Short steps that a Ctrl-C must not cut in two."""

import signal
import threading
from collections.abc import Generator
from contextlib import contextmanager
from types import FrameType

_HELD_BACK = (signal.SIGINT, signal.SIGTERM)


@contextmanager
def uninterrupted(*numbers: signal.Signals) -> Generator[None]:
    """Hold signals back until the block has ended, by default Ctrl-C and SIGTERM; what it starts gets them as usual.

    In another thread than the main one there is nothing to do: Python delivers signals to the main thread.
    """
    if threading.current_thread() is not threading.main_thread():
        yield
        return
    held: list[int] = []

    def hold(number: int, _frame: FrameType | None) -> None:
        held.append(number)

    before = {number: signal.signal(number, hold) for number in numbers or _HELD_BACK}
    try:
        yield
    finally:
        for number, handler in before.items():
            signal.signal(number, signal.SIG_DFL if handler is None else handler)
    for number in held:
        signal.raise_signal(number)
