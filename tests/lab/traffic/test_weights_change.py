"""Weights that change by `pulumi up` while requests run."""

from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from threading import Event
from typing import Any

import pytest

from tests.lab.own_stack import OwnStack
from tests.lab.traffic.asking import Visitor, eventually, version_of

pytestmark = pytest.mark.lab

HOST = "moving.example.com"


def test_no_request_fails_while_weights_change(stack: OwnStack, visitor: Visitor, mesh: dict[str, Any]) -> None:
    ended = Event()
    answers: Counter[str] = Counter()

    def ask_on() -> None:
        while not ended.is_set():
            answers[version_of(visitor.ask(HOST))] += 1

    mesh["services"]["moving"]["weights"] = {"v1": 0, "v2": 100}
    stack.describe(mesh)
    with ThreadPoolExecutor(1) as pool:
        asking = pool.submit(ask_on)
        try:
            done = stack.up()
            assert done.returncode == 0, f"{done.stdout}\n{done.stderr}"
            eventually(lambda: visitor.versions(HOST, 20) == {"v2": 20}, "the new weights are followed")
        finally:
            ended.set()
        asking.result()
    assert set(answers) == {"v1", "v2"}, f"requests ran before and after, and each was answered: {answers}"
