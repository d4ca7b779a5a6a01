"""`mesh lab up`: start the lab, or what died of it."""

from lab import cluster
from lab.layout import LabLayout
from lab.pulumi import Target
from lab.tools import Tool
from operations.console import err, out
from operations.lab.addon_charts import (
    AUTOMATIC,
    ONLY_STAND_INS,
    AddonCharts,
    AddonSource,
    addon_source,
    find_addon_charts,
)
from operations.lab.options import DEFAULT_LAB, LabName
from operations.lab.programs import fetch, paths, prepare_pulumi


def up(name: LabName = DEFAULT_LAB, addon_charts: AddonCharts = AUTOMATIC) -> None:
    """Start the lab: an API server with its controllers and nodes. What runs stays, what died is started again."""
    source = addon_source(addon_charts)
    _, seconds = bring_up(LabLayout(name), fetch(), source)
    out.print(f'The lab {name!r} is up ({seconds:.1f} s). For plain kubectl and pulumi: eval "$(./mesh lab env)"')


def bring_up(layout: LabLayout, tools: dict[str, Tool], addons: AddonSource = ONLY_STAND_INS) -> tuple[Target, float]:
    """Start the lab and prepare Pulumi for it; returns it as a target, and the seconds that it took.

    `addons` says where the charts of addons come from: stand-ins, unless a user is to have others.
    """

    def report(line: str) -> None:
        err.print(f"  {line}", style="dim", markup=False)

    with err.status("starting the lab"):
        seconds = cluster.up(
            layout,
            paths(tools),
            istio_version=tools["istio-charts"].version,
            addon_charts=find_addon_charts(addons, report),
            report=report,
        )
        return prepare_pulumi(layout, tools), seconds
