"""What is measured: some samples of one thing, and the bar that it has to keep below."""

from collections.abc import Sequence
from dataclasses import asdict, dataclass
from statistics import median
from typing import Any


@dataclass(frozen=True, kw_only=True)
class Figure:
    """The samples of one measure, in the order in which they were taken.

    Its median is what counts: one run that something else on the machine slowed down does not decide.
    """

    name: str
    unit: str
    """`s` for seconds, `x` for a ratio, `MB` for 10^6 bytes."""
    samples: Sequence[float]
    bar: float | None = None
    """What the median may be at most; None where nothing is promised."""
    beside: str = ""
    """What a reader needs beside the numbers, such as what a ratio is of."""

    @property
    def median(self) -> float:
        """The middle sample, or the mean of the two in the middle."""
        return median(self.samples)

    @property
    def met(self) -> bool | None:
        """Whether the bar is kept; None without one."""
        return None if self.bar is None else self.median <= self.bar

    def as_json(self) -> dict[str, Any]:
        """All of it for programs, with what follows from the samples."""
        numbers = {"minimum": min(self.samples), "median": self.median, "maximum": max(self.samples)}
        return asdict(self) | {"samples": list(self.samples)} | numbers | {"met": self.met}


def ratio(name: str, pairs: Sequence[tuple[float, float]], *, bar: float | None, beside: str) -> Figure:
    """Each first number of a pair in relation to its second.

    The two of a pair are taken right after one another, so that a slow minute of the machine slows both down.
    """
    return Figure(name=name, unit="x", samples=[ours / theirs for ours, theirs in pairs], bar=bar, beside=beside)


def missed(figures: Sequence[Figure]) -> list[str]:
    """The names of the figures that do not keep their bar."""
    return [one.name for one in figures if one.met is False]
