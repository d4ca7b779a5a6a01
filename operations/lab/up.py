"""`mesh lab up`: start the lab, or what died of it."""

from lab import cluster
from lab.layout import LabLayout
from lab.pulumi import Target
from lab.tools import Tool
from operations.console import err, out
from operations.lab.options import DEFAULT_LAB, LabName
from operations.lab.programs import fetch, paths, prepare_pulumi


def up(name: LabName = DEFAULT_LAB) -> None:
    """Start the lab: an API server with its controllers and nodes. What runs stays, what died is started again."""
    _, seconds = bring_up(LabLayout(name), fetch())
    out.print(f'The lab {name!r} is up ({seconds:.1f} s). For plain kubectl and pulumi: eval "$(./mesh lab env)"')


def bring_up(layout: LabLayout, tools: dict[str, Tool]) -> tuple[Target, float]:
    """Start the lab and prepare Pulumi for it; returns it as a target, and the seconds that it took."""
    with err.status("starting the lab"):
        seconds = cluster.up(
            layout,
            paths(tools),
            istio_version=tools["istio-charts"].version,
            report=lambda line: err.print(f"  {line}", style="dim", markup=False),
        )
        return prepare_pulumi(layout, tools), seconds
