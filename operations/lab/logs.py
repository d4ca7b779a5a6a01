"""`mesh lab logs`: what a part of the lab wrote."""

import os
from typing import Annotated

import typer

from lab.errors import LabError
from lab.layout import LabLayout
from operations.console import out
from operations.lab.options import DEFAULT_LAB, LabName


def logs(
    part: Annotated[
        str | None, typer.Argument(help="The part, as 'lab status' names it; without it, the logs there are.")
    ] = None,
    follow: Annotated[bool, typer.Option("--follow", "-f", help="Go on as the log grows.")] = False,
    lines: Annotated[int, typer.Option("--lines", "-n", min=1, help="How many lines of its end.")] = 50,
    name: LabName = DEFAULT_LAB,
) -> None:
    """Show the end of a part's log."""
    layout = LabLayout(name)
    known = sorted(path.stem for path in layout.logs.glob("*.log")) if layout.logs.is_dir() else []
    if part is None:
        for one in known:
            out.print(one, markup=False)
        return
    if part not in known:
        raise LabError(
            f"{part!r}: no part of the lab {name!r} has a log of this name. There are: {', '.join(known) or 'none'}."
        )
    if follow:
        os.execvp("tail", ["tail", "-n", str(lines), "-F", str(layout.log(part))])  # noqa: S606 - there is no shell in it
    for line in layout.log(part).read_text(errors="replace").splitlines()[-lines:]:
        out.print(line, markup=False)
