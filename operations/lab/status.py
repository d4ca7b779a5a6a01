"""`mesh lab status`: how the lab is."""

from typing import Annotated

import typer
from rich import box
from rich.table import Column, Table

from lab import cluster
from lab.layout import LabLayout
from lab.readiness import last_words
from operations.console import err, out
from operations.lab.options import DEFAULT_LAB, LabName


def status(
    name: LabName = DEFAULT_LAB,
    ports: Annotated[bool, typer.Option("--ports", help="Also list the ports on 127.0.0.1.")] = False,
) -> None:
    """List the parts of the lab with the memory that they take. Exit code 1 where one has died or none runs."""
    layout = LabLayout(name)
    parts = cluster.status(layout)
    if not parts:
        out.print(f"The lab {name!r} is down. Start it with './mesh lab up'.")
        raise typer.Exit(1)
    table = Table(*(Column(title, no_wrap=True) for title in ("part", "state", "pid", "memory")), box=box.SIMPLE)
    if ports:
        table.add_column("ports on 127.0.0.1")
    for part in parts:
        memory = f"{part.memory_bytes / 1e6:.0f} MB" if part.memory_bytes else "-"
        listening = ", ".join(f"{use} {port}" for use, port in part.ports.items()) or "-"
        cells = (part.name, part.state, str(part.pid or "-"), memory, *((listening,) if ports else ()))
        table.add_row(*cells, style="" if part.state.startswith("running") else "bold red")
    out.print(table)
    out.print(f"{sum(part.memory_bytes for part in parts) / 1e6:.0f} MB in all")
    for part in parts:
        if part.state == "died":
            err.print(f"{part.name} has died. {last_words(layout.log(part.name), 2)}", markup=False)
        elif part.pid is None:
            err.print(f"{part.name} was not started.", markup=False)
    if any(part.pid is None for part in parts):
        err.print("Start what is missing with './mesh lab up'.")
        raise typer.Exit(1)
