"""Looks whether charts have the values that the program sets: `python -m tests.support.chart_check FOLDER`.

With `--repository URL` the charts are those of a Helm repository: Istio's of `--istio VERSION`, the addons' of the
catalogue. Charts of addons, or all of Istio's, may be missing, which is told. A value is there if the chart's
values.yaml has it (Istio's charts keep theirs below one internal key), if its values.schema.json describes it, or if a
template reads it.
"""

import argparse
import json
import re
import sys
import tarfile
import tempfile
from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path
from typing import Any, cast

import yaml

from components.observability.addons.charts import catalog
from components.observability.addons.extra_values import known_addon_values, passed_values
from components.platform.chart_values import ValuePath, known_values
from lab.errors import LabError
from operations.charts.repository import HelmRepository
from operations.charts.web import Web
from operations.stack import stack_settings

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
    """One line for each value that a chart in `folder` lacks, and for each of Istio's charts that is not there.

    A folder with charts of addons alone lacks none of Istio's.
    """
    told: list[str] = []
    alone = not _of_istio(folder) and bool(_of_addons(folder))
    for chart in () if alone else known_values():
        found = archives(folder, chart)
        if not found:
            told.append(f"{folder}: there is no {chart}-VERSION.tgz")
        for archive in found:
            missing = missing_values(chart_files(archive), chart)
            told += [f"{archive.name}: has no value {path}, which the program sets" for path in missing]
    return told + addon_problems(folder)


def addon_problems(folder: Path) -> list[str]:
    """One line for each value that a chart of an addon in `folder` lacks.

    Of what a chart only hands on to its program, the top key is looked for.
    """
    told: list[str] = []
    for addon, entry in catalog().items():
        for archive in archives(folder, entry.chart):
            missing = unknown_paths(chart_files(archive), _looked_for(addon))
            told += [f"{archive.name}: has no value {path}, which the program sets" for path in missing]
    return told


def summary(folder: Path, source: str) -> list[str]:
    """What was looked at, and what was not, for somebody who reads that nothing is missing."""
    looked = {chart: len(known_values()[chart].owned) for chart in _of_istio(folder)}
    looked |= {catalog()[addon].chart: len(_looked_for(addon)) for addon in _of_addons(folder)}
    every = [*known_values(), *(entry.chart for entry in catalog().values())]
    passed = [f"Not looked at, because it is not there: {chart}." for chart in every if chart not in looked]
    counts = ", ".join(f"{chart} {count}" for chart, count in looked.items())
    return [*passed, f"The charts of {source} have all {sum(looked.values())} values that the program sets: {counts}."]


def archives(folder: Path, chart: str) -> list[Path]:
    """The archives of one chart in a folder."""
    return sorted(folder.glob(f"{chart}-[0-9]*.tgz"))


def _of_istio(folder: Path) -> list[str]:
    return [chart for chart in known_values() if archives(folder, chart)]


def _of_addons(folder: Path) -> list[str]:
    return [addon for addon, entry in catalog().items() if archives(folder, entry.chart)]


def _looked_for(addon: str) -> list[ValuePath]:
    passed = passed_values(addon)
    return sorted({path[:1] if path[0] in passed else path for path in known_addon_values()[addon].owned})


def _download(repository: str, istio: str, folder: Path) -> Iterator[str]:
    """Fetch into `folder` what the repository has, and tell why the rest is not there."""
    source = HelmRepository(repository, Web())
    wanted = [(chart, istio) for chart in known_values()]
    wanted += [(entry.chart, entry.version) for entry in catalog().values()]
    for chart, version in wanted:
        try:
            content = source.fetch(chart, version).content
        except LabError as error:
            # What follows is about stack files.
            yield f"{chart} {version}: {str(error).partition('. ')[0]}."
        else:
            (folder / f"{chart}-{version}.tgz").write_bytes(content)


def _tell(folder: Path, source: str) -> int:
    told = folder_problems(folder)
    for line in told:
        print(f"error: {line}", file=sys.stderr)
    if not told:
        print("\n".join(summary(folder, source)))
    return 1 if told else 0


def main(arguments: list[str]) -> int:
    """Check the charts of one folder or repository; 1 when something is missing."""
    parser = argparse.ArgumentParser()
    parser.add_argument("folder", nargs="?", type=Path)
    parser.add_argument("--repository")
    parser.add_argument("--istio", default=stack_settings("dev").istio.version)
    given = parser.parse_args(arguments)
    if given.repository and given.folder is None:
        with tempfile.TemporaryDirectory() as folder:
            for line in _download(given.repository, given.istio, Path(folder)):
                print(line, file=sys.stderr)
            return _tell(Path(folder), given.repository)
    if given.repository or given.folder is None or not given.folder.is_dir():
        calls = "make check-charts FOLDER=charts, or REPOSITORY=https://charts.example.com"
        print(f"error: name either a folder with the charts or a Helm repository: {calls}", file=sys.stderr)
        return 2
    return _tell(given.folder, str(given.folder))


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
