"""Official release downloads, used only when they match the publisher's own checksum."""

import shutil
import tarfile
import zipfile
from collections.abc import Iterable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path
from typing import IO
from urllib.parse import urlsplit

import httpx

from lab.authorities import public_authorities
from lab.tools.catalog import Catalog
from lab.tools.checksums import checksum_like, expected_checksum
from lab.tools.children import Children
from lab.tools.machine import Machine

_TIMEOUT = httpx.Timeout(15, connect=3)


class DownloadError(Exception):
    """A download cannot be used; the message says which and why. Nothing of it is left."""


@dataclass(frozen=True)
class Download:
    """One file to fetch, and the tools in it: path inside the archive by tool, None where the file is the tool."""

    url: str
    checksums: str
    members: dict[str, str | None]

    @property
    def host(self) -> str:
        """The publisher's address."""
        return urlsplit(self.url).netloc

    @property
    def file_name(self) -> str:
        """The name that the publisher's checksum file lists."""
        return urlsplit(self.url).path.rpartition("/")[2]


def downloads_for(catalog: Catalog, names: Iterable[str], machine: Machine) -> list[Download]:
    """The downloads that hold the named tools, one for each file; empty where there is no release for this machine."""
    found: dict[str, Download] = {}
    for name in names:
        wanted = catalog.tools[name].release
        if wanted is None or machine.os not in catalog.releases[wanted.name].systems:
            continue
        release, version = catalog.releases[wanted.name], catalog.products[catalog.tools[name].product]
        url = release.fill(release.url, name, version, machine)
        checksums = release.fill(release.checksums, name, version, machine)
        member = release.fill(wanted.member, name, version, machine) if wanted.member else None
        found.setdefault(url, Download(url, checksums, {})).members[name] = member
    return list(found.values())


class Publishers:
    """A client of the publishers' sites."""

    def __init__(self, children: Children) -> None:
        self._children = children
        # Checksums are those of the files as they are, so they must not be compressed, or unpacked, on the way.
        headers = {"Accept-Encoding": "identity"}
        self._client = httpx.Client(
            timeout=_TIMEOUT, follow_redirects=True, headers=headers, verify=public_authorities()
        )

    def __enter__(self) -> "Publishers":
        return self

    def __exit__(self, *_: object) -> None:
        self._client.close()

    def unreachable(self, downloads: Iterable[Download]) -> dict[str, str]:
        """Reasons by host, for the hosts of these downloads that do not answer within 3 seconds."""
        origins = {
            download.host: urlsplit(download.url)._replace(path="/", query="").geturl() for download in downloads
        }
        with ThreadPoolExecutor() as pool:
            reasons = pool.map(self._reason_not_to_use, origins.values())
        return {host: reason for host, reason in zip(origins, reasons, strict=True) if reason}

    def fetch(self, download: Download, folder: Path) -> dict[str, Path]:
        """Download, verify and unpack into an empty folder; the programs, executable, or folders by tool.

        Raises:
            DownloadError: the download is not there, broke off or does not match the publisher's checksum.
            StoppedError: the run was stopped.
        """
        file = folder / "download"
        try:
            checksum = self._published_checksum(download)
            self._save_verified(download, checksum, file)
            zipped = download.file_name.endswith(".zip")
            return {name: _unpack(file, zipped, member, folder / name) for name, member in download.members.items()}
        except httpx.HTTPError as error:
            raise DownloadError(
                f"The download of {download.url} broke off: {error or type(error).__name__}."
            ) from error
        except (tarfile.TarError, zipfile.BadZipFile, KeyError, EOFError) as error:
            reason = " ".join(map(str, error.args))
            raise DownloadError(f"{download.url} is not the archive that was expected: {reason}.") from error
        finally:
            file.unlink(missing_ok=True)

    def _reason_not_to_use(self, origin: str) -> str:
        try:
            self._client.head(origin, timeout=httpx.Timeout(10, connect=3), follow_redirects=False)
        except httpx.HTTPError as error:
            return str(error) or type(error).__name__
        return ""

    def _published_checksum(self, download: Download) -> str:
        answer = self._client.get(download.checksums)
        if not answer.is_success:
            raise DownloadError(
                f"{download.checksums} answered {answer.status_code}, so {download.url} cannot be verified."
            )
        checksum = expected_checksum(answer.text, download.file_name)
        if checksum is None:
            raise DownloadError(
                f"{download.checksums} lists no checksum of {download.file_name}, so it cannot be verified."
            )
        return checksum

    def _save_verified(self, download: Download, checksum: str, file: Path) -> None:
        with self._client.stream("GET", download.url) as answer, file.open("wb") as output:
            if not answer.is_success:
                raise DownloadError(f"{download.url} answered {answer.status_code}.")
            for chunk in answer.iter_raw():
                self._children.check()
                output.write(chunk)
        received = checksum_like(checksum, file)
        if received != checksum:
            raise DownloadError(
                f"{download.url} has the checksum {received}, but its publisher lists {checksum}: it was thrown away."
            )


def _unpack(file: Path, zipped: bool, member: str | None, target: Path) -> Path:
    """The program in a verified download, executable; of a tar archive also a folder, with its files as they are."""
    if member is None:
        shutil.copyfile(file, target)
    elif zipped:
        with zipfile.ZipFile(file) as archive, archive.open(member) as source:
            _save(source, target)
    else:
        with tarfile.open(file) as archive:
            if archive.getmember(member).isdir():
                _save_folder(archive, member, target)
                return target
            source = archive.extractfile(member)
            if source is None:
                raise KeyError(f"{member} is neither a file nor a folder")
            with source:
                _save(source, target)
    target.chmod(0o755)
    return target


def _save(source: IO[bytes], target: Path) -> None:
    with target.open("wb") as output:
        shutil.copyfileobj(source, output)


def _save_folder(archive: tarfile.TarFile, member: str, target: Path) -> None:
    unpacked = target.with_name(f"{target.name}.unpacked")
    inside = (one for one in archive if one.name.startswith(f"{member}/"))
    # The filter refuses what would be written outside the folder.
    archive.extractall(unpacked, inside, filter="data")
    (unpacked / member).rename(target)
