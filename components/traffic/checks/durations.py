"""Checks of durations that Istio reads."""

from collections.abc import Iterator

from components.kinds.go_duration import exact_go_seconds
from components.kinds.node import Node
from components.settings.problems import Problem
from components.settings.wording import shown


def duration_problems(node: Node, *, least: str = "1ms", most: str | None = None) -> Iterator[Problem]:
    """A duration that Istio reads, from `least` to `most`, to the millisecond; nothing where there is none.

    Source: ValidateDuration and ValidateDurationRange in pkg/config/validation/agent/validation.go.
    """
    text = node.text
    if text is None:
        return
    exact = exact_go_seconds(text)
    if exact is None:
        yield node.problem(
            f"{shown(text)} is not a duration: numbers with 'h', 'm', 's' or 'ms'", "Write it like '10s' or '1m30s'"
        )
        return
    if exact < (exact_go_seconds(least) or 0):
        yield node.problem(f"{shown(text)} is shorter than {least}, which is the least", f"Set {least} or more")
    elif exact * 1000 % 1:
        yield node.problem(f"{shown(text)} is finer than a millisecond", "Round it to whole milliseconds")
    longest = exact_go_seconds(most) if most else None
    if longest is not None and exact > longest:
        yield node.problem(f"{shown(text)} is longer than {most}, which is the most", f"Set {most} or less")
