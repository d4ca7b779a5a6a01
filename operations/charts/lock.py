"""`mesh charts lock`: the digests of a stack's charts, which a preview then insists on."""

from typing import Annotated

import typer

from components.platform.chart_lock import LockedChart, lock_text
from lab.layout import write_atomically
from operations.charts.sources import fetch_charts, locked_charts, project_lock
from operations.charts.vendor import refuse_others
from operations.console import err, out
from operations.stack import stack_settings


def lock(
    stack: Annotated[str, typer.Option(envvar="STACK", help="The stack whose charts are locked.")] = "dev",
    renew: Annotated[bool, typer.Option("--renew", help="Also where the lock file has another digest.")] = False,
) -> None:
    """Fetch the charts of a stack, and write their digests into charts.lock.yaml; other charts in it are kept."""
    archives = fetch_charts(stack_settings(stack), lambda line: err.print(line, style="dim", markup=False))
    if not renew:
        refuse_others(archives)
    charts = {(chart.name, chart.version): chart for chart in locked_charts() or ()}
    for archive in archives:
        entry = LockedChart(name=archive.name, version=archive.version, source=archive.source, sha256=archive.sha256)
        charts[entry.name, entry.version] = entry
    write_atomically(project_lock(), lock_text(charts))
    for archive in archives:
        out.print(f"{archive.sha256}  {archive.file_name}", markup=False)
    err.print("charts.lock.yaml is written. Commit it: a preview refuses charts that differ.", markup=False)
