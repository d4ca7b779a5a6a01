"""`mesh charts vendor`: the charts of a stack as files."""

from pathlib import Path
from typing import Annotated

import typer

from components.observability.addons.charts import installed_addons
from lab.errors import LabError
from lab.layout import write_atomically
from operations.charts.archive import Archive
from operations.charts.sources import fetch_charts, locked_charts
from operations.console import err, out
from operations.stack import stack_settings


def vendor(
    stack: Annotated[str, typer.Option(envvar="STACK", help="The stack whose charts are fetched.")] = "dev",
    to: Annotated[Path, typer.Option(help="The folder that gets NAME-VERSION.tgz.")] = Path("charts"),
) -> None:
    """Download the charts of a stack into a folder, for machines without network."""
    settings = stack_settings(stack)
    istio, addons = settings.istio, settings.addons
    archives = fetch_charts(settings, lambda line: err.print(line, style="dim", markup=False))
    if istio.charts.locked or addons.charts.locked:
        refuse_others(archives)
    to.mkdir(parents=True, exist_ok=True)
    for archive in archives:
        write_atomically(to / archive.file_name, archive.content)
        out.print(str(to / archive.file_name), markup=False)
    if istio.charts.folder is None:
        err.print(f"To use them: istio.charts: {{folder: {to}}} in Pulumi.{stack}.yaml.", markup=False)
    if installed_addons(addons) and addons.charts.folder is None:
        err.print(f"For the addons: addons.charts: {{folder: {to}}} in Pulumi.{stack}.yaml.", markup=False)


def refuse_others(archives: list[Archive]) -> None:
    """Refuse an archive that differs from the one of the same name and version in the lock file.

    Raises:
        LabError: with one line for each.
    """
    locked = {(chart.name, chart.version): chart for chart in locked_charts() or ()}
    pairs = [(archive, locked.get((archive.name, archive.version))) for archive in archives]
    problems = [
        f"{archive.source}: {archive.file_name} is not the chart of charts.lock.yaml: its sha256 is {archive.sha256}, "
        f"not {chart.sha256}, which came from {chart.source}."
        for archive, chart in pairs
        if chart and chart.sha256 != archive.sha256
    ]
    if problems:
        problems.append("Nothing was kept. If the change is meant, run `./mesh charts lock --stack NAME --renew`.")
        raise LabError("\n".join(problems))
