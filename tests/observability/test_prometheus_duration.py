"""Durations as Prometheus reads them."""

import pytest

from components.observability.prometheus_duration import prometheus_seconds


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("5m", 300),
        ("15d", 1_296_000),
        ("1h30m", 5400),
        ("1w2d", 777_600),
        ("1y", 31_536_000),
        ("500ms", 0.5),
        ("0s", 0),
    ],
)
def test_a_duration_is_read_as_prometheus_reads_it(text: str, expected: float) -> None:
    assert prometheus_seconds(text) == expected, "windows, intervals and retention are compared"


@pytest.mark.parametrize("text", ["", "10", "1.5h", "30m1h", "-1s", "1s\n", "1us"])
def test_what_prometheus_does_not_read_is_an_error(text: str) -> None:
    with pytest.raises(ValueError, match=r"is not a duration as Prometheus reads it$"):
        prometheus_seconds(text)
