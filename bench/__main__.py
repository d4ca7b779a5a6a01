"""`python -m bench`: measure everything on a lab of its own, print one table, and remove the lab."""

import json
import os
import signal
from collections.abc import Callable, Iterator, Mapping, Sequence
from enum import StrEnum
from pathlib import Path
from types import FrameType
from typing import Annotated

import typer

from bench.figures import Figure, missed
from bench.mesh import mesh_figures
from bench.services import service_figures, settings_figures
from bench.table import bench_table
from bench.target import SIZES, Bench, start_bench
from lab import cluster
from lab.interruption import uninterrupted
from lab.layout import LabLayout
from operations.console import err, fail, out
from operations.errors import guarded

MEASURES: Mapping[str, Callable[[Bench], Iterator[Figure]]] = {
    "settings": settings_figures,
    "mesh": mesh_figures,
    "services": service_figures,
}
"""What is measured, one after the other; each leaves the lab as it found it."""

Part = StrEnum("Part", list(MEASURES))


def bench(
    runs: Annotated[int, typer.Option(min=1, help="How often each thing is measured.")] = 3,
    only: Annotated[list[Part] | None, typer.Option(help="Measure this part alone; may be repeated.")] = None,
    services: Annotated[
        list[int] | None, typer.Option(min=1, help="How many services a stack has; may be repeated: 10, 100 and 1,000.")
    ] = None,
    json_file: Annotated[
        Path | None, typer.Option("--json", metavar="FILE", help="Also write all samples to this file.")
    ] = None,
    strict: Annotated[bool, typer.Option("--strict", help="End with exit code 1 where a bar is missed.")] = False,
) -> None:
    """Measure the program on a lab of its own, which is removed at the end, also after Ctrl-C."""
    layout, parts = LabLayout(f"bench-{os.getpid()}"), [str(part) for part in only or Part]
    figures = _measured(layout, parts, lambda: start_bench(layout, runs, services or SIZES))
    out.print(bench_table(figures))
    if json_file:
        json_file.write_text(json.dumps({"figures": [one.as_json() for one in figures]}, indent=1) + "\n")
    if strict and (names := missed(figures)):
        fail(f"a bar is missed: {', '.join(names)}.")


def _measured(layout: LabLayout, parts: Sequence[str], start: Callable[[], Bench]) -> list[Figure]:
    signal.signal(signal.SIGTERM, _interrupt)
    figures: list[Figure] = []
    try:
        started = start()
        for part in parts:
            for figure in MEASURES[part](started):
                err.print(f"  {figure.name}: {figure.median:.2f} {figure.unit}", style="dim", markup=False)
                figures.append(figure)
    finally:
        with uninterrupted():
            cluster.down(layout, delete=True)
    return figures


def _interrupt(_number: int, _frame: FrameType | None) -> None:
    raise KeyboardInterrupt


if __name__ == "__main__":
    typer.run(guarded(bench))
