"""The lock file of the charts: the digests of the archives that were really fetched, and what is compared with them.

What a preview can tell differs by source. A folder's archives are read whole, so a changed one is always found. A
registry keeps archives by their digests and is asked for these; of one that wants a login only versions are compared,
which a preview warns of. Of a Helm repository the digest is compared that its index states, and an index that states
none is refused; Helm itself does not verify it, so an archive that was exchanged behind an unchanged index is not
found. Where that matters, have the charts in a folder: `./mesh charts vendor` verifies what it fetches.
"""

import hashlib
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import cast

import yaml

from components.platform.charts import CHART_NAMES, chart_file
from components.platform.settings import OFFICIAL_REPOSITORY, IstioSettings
from components.settings.codes import Code
from components.settings.data_files import load_yaml
from components.settings.problems import Path as SettingsPath
from components.settings.problems import Problem

LOCK_FILE = Path("charts.lock.yaml")
"""The lock file in the folder of the project, in which Pulumi runs the program."""

INDEX_SIZE = 16 * 1024 * 1024
"""The largest index of a repository that is read, in bytes; Istio's own has less than one tenth of it."""

_PLACE = ("istio", "charts")
_RENEW = "If the change is meant, run `./mesh charts lock --stack NAME --renew`"
_FOLDER = "Or take the charts from a folder: `./mesh charts vendor`, then istio.charts.folder"


class LockFileError(Exception):
    """The lock file is damaged; the text says how."""


@dataclass(frozen=True, kw_only=True)
class LockedChart:
    """One archive that was fetched."""

    name: str
    version: str
    source: str
    """Where it came from, for the reader; the digest counts for every source."""
    sha256: str
    """The digest of the archive, in hexadecimal."""


def read_lock(path: Path = LOCK_FILE) -> tuple[LockedChart, ...] | None:
    """The charts of a lock file; None when there is no such file.

    Raises:
        LockFileError: it is not what `lock_text` writes.
    """
    try:
        document: object = load_yaml(path.read_text(encoding="utf-8"))
    except FileNotFoundError:
        return None
    except (yaml.YAMLError, UnicodeDecodeError):
        raise LockFileError(f"{path.name} is not YAML") from None
    try:
        entries = cast("Mapping[str, list[dict[str, str]]]", document)["charts"]
        return tuple(LockedChart(**entry) for entry in entries)
    except (KeyError, TypeError):
        raise LockFileError(f"{path.name} is not a list `charts` of name, version, source and sha256") from None


def lock_text(charts: Mapping[tuple[str, str], LockedChart]) -> str:
    """The content of a lock file with these charts, in a fixed order."""
    entries = [vars(charts[key]) for key in sorted(charts)]
    header = "# The charts that stacks of this project may install. Written by ./mesh charts lock; commit it.\n"
    return header + yaml.safe_dump({"charts": entries}, sort_keys=False)


def is_locked(istio: IstioSettings, path: Path = LOCK_FILE) -> bool:
    """Whether the charts of the stack are compared with a lock file."""
    return istio.charts.locked and path.exists()


def lock_problems(
    istio: IstioSettings,
    index: bytes = b"",
    path: Path = LOCK_FILE,
    of_registry: Callable[[str, str], str | None] | None = None,
) -> list[Problem]:
    """Where a lock file is there: a problem for each chart of the stack that is not in it, or that differs.

    `index` is the index.yaml of the stack's repository, where the charts come from one. `of_registry` gives the digest
    of a chart and version in the stack's registry, None where it has no such chart; it is asked only where it matters.
    """
    if not istio.charts.locked:
        return []
    try:
        locked = read_lock(path)
    except LockFileError as error:
        return [_problem(_PLACE, str(error), "Restore it from version control, or delete it and lock anew")]
    if locked is None:
        return []
    digests = {chart.name: chart.sha256 for chart in locked if chart.version == istio.version}
    missing = [name for name in CHART_NAMES if name not in digests]
    if missing:
        versions = ", ".join(sorted({chart.version for chart in locked})) or "none"
        return [
            _problem(
                ("istio", "version"),
                f"{path.name} has no {', '.join(missing)} of version {istio.version}; it has the versions: {versions}",
                "Run `./mesh charts lock --stack NAME`, and commit the file",
            )
        ]
    if istio.charts.oci:
        return list(_registry_differences(istio, digests, path.name, of_registry)) if of_registry else []
    return list(_differences(istio, digests, path.name, index))


def _differences(istio: IstioSettings, digests: Mapping[str, str], lock: str, index: bytes) -> Iterator[Problem]:
    if istio.charts.folder:
        for name in CHART_NAMES:
            file = Path(chart_file(istio.charts, name, istio.version))
            found = hashlib.sha256(file.read_bytes()).hexdigest()
            if found != digests[name]:
                rule = f"{file} is not the chart of {lock}: its sha256 is {found}, not {digests[name]}"
                yield _problem((*_PLACE, "folder"), rule, f"Fetch it anew with `./mesh charts vendor`. {_RENEW}")
    else:
        yield from _stated_differences(istio, digests, lock, index)


def _registry_differences(
    istio: IstioSettings, digests: Mapping[str, str], lock: str, of_registry: Callable[[str, str], str | None]
) -> Iterator[Problem]:
    for name in CHART_NAMES:
        found, place = of_registry(name, istio.version), (*_PLACE, "oci")
        if found is None:
            yield _problem(
                place, f"{istio.charts.oci} has no {name} {istio.version}", "Correct the path, or istio.version"
            )
        elif found != digests[name]:
            rule = f"{istio.charts.oci} has another {name} {istio.version} than {lock}: sha256 {found}"
            yield _problem(place, f"{rule}, not {digests[name]}", f"Ask who runs the registry. {_RENEW}")


def _stated_differences(istio: IstioSettings, digests: Mapping[str, str], lock: str, index: bytes) -> Iterator[Problem]:
    """What an index states otherwise than the lock file, or not at all: silence must not pass for agreement."""
    repository, place = istio.charts.repository or OFFICIAL_REPOSITORY, (*_PLACE, "repository")
    try:
        stated = _stated_digests(index, istio.version)
    except ValueError as error:
        rule = f"{repository}/index.yaml cannot be compared with {lock}: {error}"
        yield _problem(place, rule, f"Correct the address. {_FOLDER}")
        return
    for name in CHART_NAMES:
        if not stated[name]:
            rule = f"{repository} states no sha256 of {name} {istio.version}, which {lock} compares"
            yield _problem(place, rule, f"Choose another repository. {_FOLDER}")
        for found in sorted(stated[name] - {digests[name]}):
            rule = f"{repository} states another {name} {istio.version} than {lock}: sha256 {found}"
            yield _problem(place, f"{rule}, not {digests[name]}", f"Ask who runs the repository. {_RENEW}")


def _problem(path: SettingsPath, rule: str, fix: str) -> Problem:
    return Problem(path, rule, fix, Code.CHARTS_NOT_LOCKED)


def _stated_digests(index: bytes, version: str) -> dict[str, set[str]]:
    """Chart -> what the index of a Helm repository states as sha256 of this version: none, one, or contradictions.

    Raises:
        ValueError: it is no index, or one that was not read to its end.
    """
    if len(index) >= INDEX_SIZE:
        raise ValueError(f"it has more than {INDEX_SIZE // 2**20} MiB")
    entries = load_index(index)
    return {
        name: {
            str(entry["digest"]).removeprefix("sha256:")
            for entry in entries.get(name, [])
            if entry.get("version") == version and entry.get("digest")
        }
        for name in CHART_NAMES
    }


def load_index(body: bytes) -> dict[str, list[dict[str, object]]]:
    """The `entries` of a Helm repository's index: chart -> its versions.

    Raises:
        ValueError: it is no such index.
    """
    try:
        document: object = load_yaml(body)
    except yaml.YAMLError:
        raise ValueError("it is not YAML") from None
    entries = cast("dict[str, object]", document).get("entries") if isinstance(document, dict) else None
    if not isinstance(entries, dict):
        raise ValueError("it has no `entries`")
    lists = cast("dict[str, object]", entries).items()
    return {name: _maps(cast("list[object]", found)) for name, found in lists if isinstance(found, list)}


def _maps(entries: list[object]) -> list[dict[str, object]]:
    return [cast("dict[str, object]", one) for one in entries if isinstance(one, dict)]
