"""`mesh lab down`: stop the lab."""

from typing import Annotated

import typer

from lab import cluster
from lab.layout import LabLayout
from operations.console import err, out
from operations.lab.options import DEFAULT_LAB, LabName


def down(
    name: LabName = DEFAULT_LAB,
    delete: Annotated[
        bool, typer.Option("--delete", help="Also delete the cluster's content and its Pulumi state.")
    ] = False,
) -> None:
    """Stop every process of the lab. Its content stays for the next 'lab up', unless --delete is given."""
    stopped = cluster.down(
        LabLayout(name), delete=delete, report=lambda line: err.print(f"  {line}", style="dim", markup=False)
    )
    out.print(f"The lab {name!r} is down: {stopped} parts stopped{', its content deleted' if delete else ''}.")
