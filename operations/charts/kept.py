"""Charts that were fetched once, kept in the cache of the tools, so that nothing is downloaded twice."""

import re
from pathlib import Path

from components.platform.charts import archive_file
from lab.layout import write_atomically
from operations.charts.archive import Archive, OtherArchiveError


class KeptCharts:
    """The charts below `root`: SOURCE/NAME-VERSION.tgz, with its digest beside it as `sha256sum` writes it.

    The digest is written last, and an archive without one is none: whatever an interruption leaves is fetched again.
    """

    def __init__(self, root: Path) -> None:
        self._root = root

    def find(self, source: str, name: str, version: str) -> Archive | None:
        """The archive that was fetched from `source`; None where there is none.

        Raises:
            OtherArchiveError: it has changed since.
        """
        path = self._path(source, archive_file(name, version))
        try:
            stated, content = _digest_file(path).read_text().split()[0], path.read_bytes()
        except (FileNotFoundError, IndexError):
            return None
        archive = Archive(name=name, version=version, source=source, content=content)
        if archive.sha256 != stated:
            raise OtherArchiveError(
                f"{path}: is not the chart that was fetched: its sha256 is {archive.sha256}, not {stated}. Delete the "
                "file, then try again."
            )
        return archive

    def keep(self, archive: Archive) -> None:
        """Put an archive there, in place of what was there."""
        path = self._path(archive.source, archive.file_name)
        path.parent.mkdir(parents=True, exist_ok=True)
        _digest_file(path).unlink(missing_ok=True)
        write_atomically(path, archive.content)
        write_atomically(_digest_file(path), f"{archive.sha256}  {archive.file_name}\n")

    def _path(self, source: str, file: str) -> Path:
        return self._root / re.sub(r"[^A-Za-z0-9.-]+", "_", source) / file


def _digest_file(path: Path) -> Path:
    return path.with_name(f"{path.name}.sha256")
