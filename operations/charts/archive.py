"""One packaged chart, and what makes it one."""

import hashlib
import io
import tarfile
import zlib
from dataclasses import dataclass
from typing import cast

import yaml

from components.platform.charts import archive_file
from components.settings.data_files import load_yaml
from lab.errors import LabError

LARGEST = 20 * 1024 * 1024
"""The largest archive that is taken, in bytes: Helm's own limit is 5 MiB for one file of a chart."""
_LARGEST_DESCRIPTION = 1024 * 1024


class OtherArchiveError(LabError):
    """An archive that is not the chart it was asked for, or not what its source states; nothing may take its place."""


@dataclass(frozen=True, kw_only=True)
class Archive:
    """A chart as it was fetched: the bytes of its .tgz file."""

    name: str
    version: str
    source: str
    content: bytes

    @property
    def file_name(self) -> str:
        """As the program looks for it in a folder."""
        return archive_file(self.name, self.version)

    @property
    def sha256(self) -> str:
        """The digest of the archive, in hexadecimal."""
        return hashlib.sha256(self.content).hexdigest()


def checked(archive: Archive) -> Archive:
    """The archive, if it is what it was asked for.

    Raises:
        OtherArchiveError: it is no chart, or the chart of another name or version: a proxy's login page, a renamed
            file.
    """
    found = _identity(archive.content, archive.name)
    if found == (archive.name, archive.version):
        return archive
    what = f"the chart {found[0]} {found[1]}" if found else "no packaged chart"
    raise OtherArchiveError(
        f"{archive.source}: {archive.file_name} is {what}. Nothing was kept. Correct the source in the stack file."
    )


def near_versions(wanted: str, known: list[str], count: int = 5) -> str:
    """The versions of `known` that are nearest to `wanted`, newest first, for a message."""
    target = _numbers(wanted)

    def distance(version: str) -> list[int]:
        return [abs(left - right) for left, right in zip(_numbers(version), target, strict=True)]

    nearest = sorted((one for one in known if "-" not in one), key=distance)[:count]
    return ", ".join(sorted(nearest, key=_numbers, reverse=True)) or "none"


def _identity(content: bytes, name: str) -> tuple[str, str] | None:
    """Name and version that the Chart.yaml of an archive states."""
    try:
        with tarfile.open(fileobj=io.BytesIO(content), mode="r:gz") as archive:
            file = archive.extractfile(f"{name}/Chart.yaml")
            chart = cast("dict[str, object]", load_yaml(file.read(_LARGEST_DESCRIPTION)) if file else {})
        return str(chart["name"]), str(chart["version"])
    except (OSError, EOFError, zlib.error, tarfile.TarError, yaml.YAMLError, KeyError, TypeError):
        return None


def _numbers(version: str) -> list[int]:
    digits = ["".join(char for char in part if char.isdigit()) for part in version.split("+", maxsplit=1)[0].split(".")]
    return ([int(part or 0) for part in digits] + [0, 0, 0])[:3]
