"""Durations as Go reads them."""

import pytest

from components.kinds.go_duration import go_seconds, known_go_seconds

DURATIONS: list[tuple[str, float | None]] = [
    ("10s", 10),
    ("1h2m3.5s", 3723.5),
    ("10ms", 0.01),
    ("0", 0),
    ("-1s", -1),
    (".5s", 0.5),
    ("1500us", 0.0015),
    ("1m30s", 90),
    ("100ms", 0.1),
    ("0s", 0),
    ("2μs", 0.000002),
    ("10", None),
    ("-+5s", None),
    ("10s\n", None),
    ("10 s", None),
    ("1d", None),
    ("", None),
    ("s", None),
]


@pytest.mark.parametrize(("text", "expected"), DURATIONS)
def test_a_duration_is_read_as_go_reads_it(text: str, expected: float | None) -> None:
    assert go_seconds(text) == expected, "istiod reads durations with Go's time.ParseDuration"


def test_a_text_that_has_to_be_a_duration_and_is_none_is_an_error() -> None:
    with pytest.raises(ValueError, match=r"^'1d' is not a duration as Go reads it$"):
        known_go_seconds("1d")
