"""Figures for people."""

from collections.abc import Sequence

from rich import box
from rich.table import Column, Table

from bench.figures import Figure

_DIGITS = {"MB": 0}
_VERDICTS = {None: "", True: "met", False: "missed"}
_STYLES = {None: "", True: "green", False: "bold red"}


def bench_table(figures: Sequence[Figure]) -> Table:
    """One row for each figure: its samples in short, its bar, and whether it is met."""
    numbers = [
        Column(title, justify="right", no_wrap=True) for title in ("minimum", "median", "maximum", "runs", "bar")
    ]
    table = Table(Column("measure"), *numbers, Column("", no_wrap=True), box=box.SIMPLE)
    for one in figures:
        cells = [_shown(number, one.unit) for number in (min(one.samples), one.median, max(one.samples))]
        bar = "-" if one.bar is None else f"at most {_shown(one.bar, one.unit)}"
        name = f"{one.name} ({one.beside})" if one.beside else one.name
        table.add_row(
            name, *cells, str(len(one.samples)), bar, f"[{_STYLES[one.met]}]{_VERDICTS[one.met]}" if one.bar else ""
        )
    return table


def _shown(number: float, unit: str) -> str:
    return f"{number:.{_DIGITS.get(unit, 2)}f} {unit}"
