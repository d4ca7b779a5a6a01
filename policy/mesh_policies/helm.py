"""Helm releases as the rules see them: of a release only its chart and its values are visible, not its objects."""

import re
from dataclasses import dataclass
from typing import Any

from mesh_policies.resources import Path, Resource, at

RELEASE = "kubernetes:helm.sh/v3:Release"
CHARTS = (RELEASE, "kubernetes:helm.sh/v4:Chart")
"""Types that install a chart."""

_ARCHIVE = re.compile(r"-v?[0-9]+[.][0-9]+[.][0-9]+[^/]*[.]tgz$")


@dataclass(frozen=True, kw_only=True)
class Chart:
    """A chart and what it is given."""

    name: str
    """Without repository, registry and version: 'istiod'."""
    reference: str
    values: Any
    """A map; UNKNOWN where all of it is only known after the deployment, None where nothing is given."""

    def value(self, *path: Path) -> tuple[Path, Any]:
        """The first of several places that has a value, with its path below the resource; the first one if none has.

        Istiod's chart merges `pilot` onto its root (templates/zzz_profile.yaml), so that some have two places.
        """
        for one in path:
            found = at(self.values, *one)
            if found is not None:
                return ("values", *one), found
        return ("values", *path[0]), None


def chart_of(resource: Resource) -> Chart | None:
    """The chart that a resource installs; None for everything else."""
    reference = resource.at("chart")
    if resource.type not in CHARTS or not isinstance(reference, str):
        return None
    name = _ARCHIVE.sub("", reference).rstrip("/").rpartition("/")[2].removesuffix(".tgz")
    return Chart(name=name, reference=reference, values=resource.at("values"))


def is_file(chart: Chart) -> bool:
    """Whether the chart is a file or folder, or an archive at an address, so that no version chooses it."""
    return chart.reference.startswith(("/", "./", "../")) or chart.reference.endswith(".tgz")
