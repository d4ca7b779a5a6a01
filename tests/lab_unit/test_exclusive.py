"""One command at a time changes a lab."""

import fcntl
import os
import signal
import sys
import threading

import pytest

from lab.exclusive import exclusively
from lab.layout import LabLayout
from lab.processes import process_of, start
from lab.readiness import wait_until


def test_a_second_command_on_the_lab_says_that_it_waits(layout: LabLayout) -> None:
    told: list[str] = []

    class Waited(Exception):  # noqa: N818 - not an error: it ends the test's wait
        """Raised in place of the endless wait."""

    def report(line: str) -> None:
        told.append(line)
        raise Waited

    holder = start(layout, "holder", _holding(layout))
    assert wait_until(lambda: layout.log("holder").read_text() == "held\n", 10), "another process must hold the lab"
    with pytest.raises(Waited), exclusively(layout, report):
        pytest.fail("two commands must never change a lab at once")
    assert told == ["another command is changing the lab 'unit': waiting for it to end"], "the user knows why it waits"
    os.kill(holder.pid, signal.SIGKILL)
    with exclusively(layout, lambda _line: None):
        assert wait_until(lambda: process_of(holder) is None, 10), "a killed command does not hold the lab for ever"


def test_a_lock_that_was_deleted_with_its_lab_does_not_let_two_commands_in(layout: LabLayout) -> None:
    entered: list[str] = []

    def wait_for_the_lab() -> None:
        with exclusively(layout, entered.append):
            entered.append("second")

    with exclusively(layout, entered.append):
        second = threading.Thread(target=wait_for_the_lab)
        second.start()
        assert wait_until(lambda: len(entered) == 1, 10), "it must wait for this command"
        # As 'down --delete' does, and a command that comes after it; in one step, so that the second cannot be faster.
        new = layout.lock.with_suffix(".new")
        third = os.open(new, os.O_RDWR | os.O_CREAT)
        fcntl.flock(third, fcntl.LOCK_EX)
        new.replace(layout.lock)
    second.join(0.15)  # It looks every 50 ms.
    assert second.is_alive(), "the file that it waited for is no lock any more"
    os.close(third)
    second.join(10)
    assert entered[1:] == ["second"], "then it is its turn"


def _holding(layout: LabLayout) -> tuple[str, ...]:
    """A command that holds the lab's lock until it is killed."""
    code = (
        "import fcntl, sys, signal; lock = open(sys.argv[1], 'a'); fcntl.flock(lock, fcntl.LOCK_EX); "
        "print('held', flush=True); signal.pause()"
    )
    return (sys.executable, "-S", "-E", "-c", code, str(layout.lock))
