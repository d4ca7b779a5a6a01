"""The charts of addons as the lab offers them: archives that it is given, and a stand-in for each of the others.

A stand-in takes exactly the values that the program sets.
"""

import hashlib
import json
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any

from components.observability.addons import __file__ as values_module
from components.observability.addons.charts import CatalogEntry, catalog
from components.observability.addons.extra_values import known_addon_values
from components.platform.chart_values import ValuePath
from components.platform.charts import archive_file
from lab.charts import pack, stamped
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


def package_addon_charts(crds: Path, target: Path, given: Mapping[str, bytes]) -> None:
    """Write `NAME-VERSION.tgz` of every addon into `target`, in the versions of the catalogue.

    `given` holds archives by chart; the others are stand-ins, for which `crds` is the folder with the kinds of
    prometheus-operator. Nothing is written where all of it is there already.
    """
    marker = target / "addon-charts.json"
    sources = [path for path in STAND_INS.rglob("*") if path.is_file()]
    changed = max(path.stat().st_mtime_ns for path in (*sources, *Path(values_module).parent.glob("*.yaml")))
    digests = {chart: hashlib.sha256(archive).hexdigest() for chart, archive in sorted(given.items())}
    wanted = json.dumps({"crds": str(crds), "changed": changed, "given": digests})
    archives = {addon: target / archive_file(entry.chart, entry.version) for addon, entry in catalog().items()}
    if marker.exists() and marker.read_text() == wanted and all(path.exists() for path in archives.values()):
        return
    target.mkdir(parents=True, exist_ok=True)
    marker.unlink(missing_ok=True)  # What an interruption leaves is a mixture.
    for addon, entry in catalog().items():
        write_atomically(archives[addon], given.get(entry.chart) or _stand_in(addon, entry, crds))
    write_atomically(marker, wanted)


def _stand_in(addon: str, entry: CatalogEntry, crds: Path) -> bytes:
    files = stamped(STAND_INS / entry.chart, entry.version)
    files["values.schema.json"] = json.dumps(schema_of(known_addon_values()[addon].owned))
    if entry.chart == OPERATOR_CHART:
        paths = [crds / f"monitoring.coreos.com_{kind}.yaml" for kind in KINDS]
        files |= {f"{_KINDS_FOLDER}/{path.name}": path.read_text() for path in paths}
    return pack(entry.chart, files)


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
