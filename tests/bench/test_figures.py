"""What follows from the samples of a measure."""

import json

import pytest

from bench.figures import Figure, missed, ratio


def figure(*samples: float, bar: float | None = None, name: str = "it") -> Figure:
    """A figure with these samples."""
    return Figure(name=name, unit="s", samples=samples, bar=bar)


@pytest.mark.parametrize(
    ("samples", "bar", "met"),
    [((1.0, 9.0, 2.0), 2.0, True), ((1.0, 9.0, 2.1), 2.0, False), ((9.0,), None, None)],
)
def test_the_median_decides_whether_a_bar_is_met(samples: tuple[float, ...], bar: float | None, met: object) -> None:
    assert figure(*samples, bar=bar).met is met, "one run that something else slowed down must not decide"


def test_a_ratio_is_taken_within_each_pair() -> None:
    found = ratio("it", [(2.0, 1.0), (30.0, 10.0)], bar=None, beside="")
    assert list(found.samples) == [2.0, 3.0], "a slow minute of the machine slows both of a pair down"


def test_only_missed_bars_are_named() -> None:
    figures = [figure(1.0, bar=2.0, name="met"), figure(3.0, bar=2.0, name="missed"), figure(3.0, name="free")]
    assert missed(figures) == ["missed"], "this is what --strict fails on"


def test_a_figure_for_programs_holds_samples_statistics_and_verdict() -> None:
    assert json.loads(json.dumps(figure(3.0, 1.0, 2.0, bar=2.5).as_json())) == {
        "name": "it",
        "unit": "s",
        "samples": [3.0, 1.0, 2.0],
        "bar": 2.5,
        "beside": "",
        "minimum": 1.0,
        "median": 2.0,
        "maximum": 3.0,
        "met": True,
    }, "a program that compares two runs needs all of it"
