"""What is said of a part that does not come up."""

import dataclasses
import sys
from pathlib import Path

import pytest

from lab.errors import LabError
from lab.layout import LabLayout
from lab.parts import Part
from lab.processes import start
from lab.readiness import await_part, last_words
from tests.lab_unit.programs import WAIT, answering_part

FIX = "Run './mesh lab up' again. If that does not help, './mesh lab down --delete' and './mesh lab up' make a new lab."


def test_a_part_that_answers_is_ready(layout: LabLayout) -> None:
    part = answering_part(layout, "part")
    await_part(layout, part, start(layout, part.name, part.command))


def test_a_part_that_ended_is_told_with_the_end_of_its_log(layout: LabLayout) -> None:
    lines = "; ".join(f"print('line {number}')" for number in range(7))
    record = start(layout, "etcd", (sys.executable, "-S", "-E", "-c", lines))
    with pytest.raises(LabError) as ended:
        await_part(layout, Part("etcd", (), {}, "http://127.0.0.1:9/"), record)
    assert str(ended.value) == (
        f"etcd ended right after its start. The end of {layout.log('etcd')}:\n"
        f"  line 2\n  line 3\n  line 4\n  line 5\n  line 6\n{FIX}"
    )


def test_a_part_that_does_not_answer_in_time_is_told_with_its_address(layout: LabLayout) -> None:
    part = Part("kwok", WAIT, {}, f"http://127.0.0.1:{layout.port('kwok')}/healthz", ready_seconds=0.1)
    with pytest.raises(LabError) as late:
        await_part(layout, part, start(layout, part.name, part.command))
    assert str(late.value) == (
        f"kwok did not answer {part.ready_url} within 0 s. It wrote nothing to {layout.log('kwok')}.\n{FIX}"
    )


def test_a_part_that_answers_with_an_error_is_not_ready(layout: LabLayout) -> None:
    part = answering_part(layout, "part")
    refusing = tuple(argument.replace("200 OK", "503 No") for argument in part.command)
    late = dataclasses.replace(part, command=refusing, ready_seconds=0.3)
    with pytest.raises(LabError, match="did not answer"):
        await_part(layout, late, start(layout, late.name, late.command))


def test_a_log_with_bytes_that_are_no_text_is_shown_all_the_same(tmp_path: Path) -> None:
    (tmp_path / "log").write_bytes(b"bad \xff byte\n")
    assert last_words(tmp_path / "log") == f"The end of {tmp_path / 'log'}:\n  bad \ufffd byte", "replaced, not refused"
