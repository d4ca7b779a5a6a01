"""Counters and histograms, and how Prometheus reads them."""

from bisect import bisect_left
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field

Labels = tuple[tuple[str, str], ...]

# Envoy's default buckets, which Istio keeps: source/common/stats/histogram_impl.cc, defaultBuckets.
BUCKETS = (
    *(0.5, 1, 5, 10, 25, 50, 100, 250, 500, 1000, 2500, 5000, 10000, 30000, 60000),
    *(300000, 600000, 1800000, 3600000),
)


@dataclass
class Histogram:
    """Observations of one series, by the smallest bucket that holds them; the last one is for what none holds."""

    counts: list[int] = field(default_factory=lambda: [0] * (len(BUCKETS) + 1))
    total: float = 0

    def observe(self, value: float) -> None:
        """Count one value. A bucket's bound belongs to it."""
        self.counts[bisect_left(BUCKETS, value)] += 1
        self.total += value


class Series:
    """The series of one data plane."""

    def __init__(self) -> None:
        self._counters: dict[str, dict[Labels, int]] = {}
        self._histograms: dict[str, dict[Labels, Histogram]] = {}

    def count(self, name: str, labels: Mapping[str, str]) -> None:
        """Add one."""
        counters, key = self._counters.setdefault(name, {}), tuple(labels.items())
        counters[key] = counters.get(key, 0) + 1

    def observe(self, name: str, labels: Mapping[str, str], value: float) -> None:
        """Add a value to a histogram."""
        self._histograms.setdefault(name, {}).setdefault(tuple(labels.items()), Histogram()).observe(value)

    def text(self) -> str:
        """Everything, as https://prometheus.io/docs/instrumenting/exposition_formats/#text-based-format has it."""
        return "".join(f"{line}\n" for line in self._lines())

    def _lines(self) -> Iterator[str]:
        for name, counters in self._counters.items():
            yield f"# TYPE {name} counter"
            for labels, value in counters.items():
                yield f"{name}{_shown(labels)} {value}"
        for name, histograms in self._histograms.items():
            yield f"# TYPE {name} histogram"
            for labels, histogram in histograms.items():
                yield from _histogram_lines(name, labels, histogram)


def _histogram_lines(name: str, labels: Labels, histogram: Histogram) -> Iterator[str]:
    below = 0
    for bound, count in zip((*map(str, BUCKETS), "+Inf"), histogram.counts, strict=True):
        below += count
        yield f"{name}_bucket{_shown((*labels, ('le', bound)))} {below}"
    yield f"{name}_sum{_shown(labels)} {histogram.total:g}"
    yield f"{name}_count{_shown(labels)} {below}"


def _shown(labels: Labels) -> str:
    return "{" + ",".join(f'{name}="{_escaped(value)}"' for name, value in labels) + "}"


def _escaped(value: str) -> str:
    return value.replace("\\", "\\\\").replace('"', '\\"').replace("\n", "\\n")
