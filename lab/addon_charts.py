"""Stand-ins for the charts of the addons on the lab: each takes exactly the values that the program sets."""

import json
from collections.abc import Iterable
from pathlib import Path
from typing import Any

from components.observability.addons import __file__ as values_module
from components.observability.addons.charts import catalog
from components.observability.addons.extra_values import known_addon_values
from components.platform.chart_values import ValuePath
from lab.charts import pack, stamp
from lab.layout import CHECKOUT, write_atomically

STAND_INS = CHECKOUT / "tests" / "stand_in_charts"
OPERATOR_CHART = "kube-prometheus-stack"
# Where Helm looks for kinds that it installs before everything else, and never deletes.
_KINDS_FOLDER = "crds"
# What the operator and the mesh need; all ten would keep the API server busy for a while.
KINDS = (
    *("prometheuses", "prometheusrules", "servicemonitors", "podmonitors", "probes"),
    *("alertmanagers", "alertmanagerconfigs"),
)


def package_stand_ins(crds: Path, target: Path) -> None:
    """Write `NAME-VERSION.tgz` of every addon's stand-in into `target`, in the versions of the catalogue.

    `crds` is the folder with the kinds of prometheus-operator. Nothing is written where all of it is there already.
    """
    marker = target / "stand-ins.json"
    sources = [path for path in STAND_INS.rglob("*") if path.is_file()]
    changed = max(path.stat().st_mtime_ns for path in (*sources, *Path(values_module).parent.glob("*.yaml")))
    wanted = json.dumps({"crds": str(crds), "changed": changed})
    if marker.exists() and marker.read_text() == wanted:
        return
    target.mkdir(parents=True, exist_ok=True)
    for addon, entry in catalog().items():
        folder = STAND_INS / entry.chart
        files = {
            path.relative_to(folder).as_posix(): stamp(path.read_text(), path.name, entry.version)
            for path in sorted(folder.rglob("*"))
            if path.is_file()
        }
        files["values.schema.json"] = json.dumps(schema_of(known_addon_values()[addon].owned))
        if entry.chart == OPERATOR_CHART:
            paths = [crds / f"monitoring.coreos.com_{kind}.yaml" for kind in KINDS]
            files |= {f"{_KINDS_FOLDER}/{path.name}": path.read_text() for path in paths}
        write_atomically(target / f"{entry.chart}-{entry.version}.tgz", pack(entry.chart, files))
    write_atomically(marker, wanted)


def schema_of(paths: Iterable[ValuePath]) -> dict[str, Any]:
    """A JSON Schema that takes values at these paths, and refuses every other one."""
    schema: dict[str, Any] = {"type": "object", "additionalProperties": False, "properties": {}}
    for path in paths:
        node = schema
        for key in path[:-1]:
            node = node["properties"].setdefault(
                key, {"type": "object", "additionalProperties": False, "properties": {}}
            )
        node["properties"][path[-1]] = {}
    # Helm adds an empty map of its own.
    schema["properties"]["global"] = {"type": "object", "maxProperties": 0}
    return schema
