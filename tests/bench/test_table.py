"""The table of figures."""

from rich.console import Console

from bench.figures import Figure
from bench.table import bench_table

FIGURES = [
    Figure(name="preview", unit="x", samples=[1.2, 1.6, 1.4], bar=1.5, beside="to an empty program"),
    Figure(name="destroy", unit="s", samples=[6.0], bar=5.0),
    Figure(name="memory", unit="MB", samples=[99.6, 100.4]),
]


def test_a_row_tells_the_spread_the_bar_and_whether_it_is_met() -> None:
    console = Console(width=120, force_terminal=False)
    with console.capture() as capture:
        console.print(bench_table(FIGURES))
    rows = [" ".join(line.split()) for line in capture.get().splitlines()]
    assert [row for row in rows if row and not row.startswith(("measure", "─", "╶"))] == [
        "preview (to an empty program) 1.20 x 1.40 x 1.60 x 3 at most 1.50 x met",
        "destroy 6.00 s 6.00 s 6.00 s 1 at most 5.00 s missed",
        "memory 100 MB 100 MB 100 MB 2 -",
    ], "this is what people read"
