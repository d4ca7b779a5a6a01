"""`mesh lab leftovers`: what a destroyed stack left in the lab's cluster."""

from lab.inventory import leftovers as find_leftovers
from lab.layout import LabLayout
from operations.console import err, out
from operations.lab.options import DEFAULT_LAB, LabName
from operations.lab.programs import fetch, paths


def leftovers(name: LabName = DEFAULT_LAB) -> None:
    """List every object that is in the lab's cluster now and was not there when the lab was new."""
    found = find_leftovers(LabLayout(name), paths(fetch(("kubectl",)))["kubectl"])
    for one in found:
        out.print(one, markup=False)
    err.print(f"{len(found)} objects more than in the new lab.")
