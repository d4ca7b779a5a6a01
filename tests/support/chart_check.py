"""Looks whether charts have the values that the program sets: `python -m tests.support.chart_check FOLDER`.

Charts of addons are looked at where the folder has them. A value is there if the chart's values.yaml has it (Istio's
charts keep theirs below one internal key), if its values.schema.json describes it, or if a template reads it.
"""

import json
import re
import sys
import tarfile
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any, cast

import yaml

from components.observability.addons.charts import catalog
from components.observability.addons.extra_values import known_addon_values, passed_values
from components.platform.chart_values import ValuePath, known_values

INTERNAL = "_internal_defaults_do_not_set"
"""Below this key Istio's charts keep their defaults, to lay profiles over them (templates/zzz_profile.yaml)."""


def chart_files(archive: Path) -> dict[str, str]:
    """The text files of a chart by their path below the chart's folder."""
    with tarfile.open(archive) as packed:
        return {
            member.name.partition("/")[2]: content.read().decode(errors="replace")
            for member in packed.getmembers()
            if (content := packed.extractfile(member))
        }


def missing_values(files: Mapping[str, str], chart: str) -> list[str]:
    """The values of the program that a chart of Istio does not know, with dots between their keys."""
    return unknown_paths(files, known_values()[chart].owned)


def unknown_paths(files: Mapping[str, str], owned: Iterable[ValuePath]) -> list[str]:
    """Those of these paths that a chart with these files does not know, with dots between their keys."""
    values: dict[str, Any] = yaml.safe_load(files["values.yaml"]) or {}
    schema: dict[str, Any] = json.loads(files.get("values.schema.json", "{}"))
    described: dict[str, Any] = schema.get("$defs", {}).get("values", schema)
    # `(.Values.global).platform` and `($.Values).platform` read the same values as without parentheses.
    code = "\n".join(text for name, text in files.items() if name.startswith(("templates/", "files/")))
    read = re.sub(r"\(\$?(\.Values[\w.]*)\)", r"\1", code)
    return [
        ".".join(path)
        for path in owned
        if not (_in_values(values.get(INTERNAL, values), path) or _in_schema(described, path) or _read(read, path))
    ]


def _in_values(values: object, path: ValuePath) -> bool:
    """Whether the defaults have the path, or end in a map or list that is open to anything."""
    if not path:
        return True
    if not isinstance(values, dict):
        return False
    below = cast("dict[str, object]", values)
    return path[0] in below and (_open(below[path[0]]) or _in_values(below[path[0]], path[1:]))


def _open(value: object) -> bool:
    return value in ({}, [], None)


def _in_schema(schema: Mapping[str, Any], path: ValuePath) -> bool:
    if not path:
        return True
    below = schema.get("properties", {}).get(path[0])
    return below is not None and _in_schema(below, path[1:])


def _read(code: str, path: ValuePath) -> bool:
    return re.search(rf"\.Values\.{re.escape('.'.join(path))}\b", code) is not None


def folder_problems(folder: Path) -> list[str]:
    """One line for each value that a chart in `folder` lacks, and for each chart that is not there."""
    told: list[str] = []
    for chart in known_values():
        archives = sorted(folder.glob(f"{chart}-[0-9]*.tgz"))
        if not archives:
            told.append(f"{folder}: there is no {chart}-VERSION.tgz")
        for archive in archives:
            missing = missing_values(chart_files(archive), chart)
            told += [f"{archive.name}: has no value {path}, which the program sets" for path in missing]
    return told + addon_problems(folder)


def addon_problems(folder: Path) -> list[str]:
    """One line for each value that a chart of an addon in `folder` lacks; an addon without a chart there is skipped.

    Of what a chart only hands on to its program, the top key is looked for.
    """
    told: list[str] = []
    for addon, entry in catalog().items():
        passed = passed_values(addon)
        owned = {path[:1] if path[0] in passed else path for path in known_addon_values()[addon].owned}
        for archive in sorted(folder.glob(f"{entry.chart}-[0-9]*.tgz")):
            missing = unknown_paths(chart_files(archive), sorted(owned))
            told += [f"{archive.name}: has no value {path}, which the program sets" for path in missing]
    return told


def main(arguments: list[str]) -> int:
    """Check the charts of one folder; 1 when something is missing."""
    if len(arguments) != 1 or not Path(arguments[0]).is_dir():
        print("error: name a folder with the charts: make check-charts FOLDER=charts", file=sys.stderr)
        return 2
    told = folder_problems(Path(arguments[0]))
    for line in told:
        print(f"error: {line}", file=sys.stderr)
    if not told:
        count = sum(len(known.owned) for known in known_values().values())
        print(f"The charts in {arguments[0]} have all {count} values that the program sets.")
    return 1 if told else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
