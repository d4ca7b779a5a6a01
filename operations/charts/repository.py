"""Charts from a Helm repository: its index says where the archives are, and their digests."""

from typing import cast
from urllib.parse import urljoin

from components.platform.chart_lock import INDEX_SIZE, load_index
from lab.errors import LabError
from operations.charts.archive import Archive, OtherArchiveError, near_versions
from operations.charts.place import ISTIO, Place
from operations.charts.web import Web

Entries = dict[str, list[dict[str, object]]]


class HelmRepository:
    """A Helm repository by its address (helm.sh/docs/topics/chart_repository)."""

    def __init__(self, address: str, web: Web, place: Place = ISTIO) -> None:
        self._place = place
        self._address = address.rstrip("/")
        self._web = web
        self._entries: Entries | None = None

    def fetch(self, name: str, version: str) -> Archive:
        """The archive of a chart, compared with the digest that the index states.

        Raises:
            OtherArchiveError: the digest is another one, or is missing.
            LabError: the repository does not answer, or does not hold it.
        """
        entry = self._entry(name, version)
        urls = cast("list[object]", entry.get("urls") or [""])
        url = urljoin(f"{self._address}/", str(urls[0]))
        if not url.startswith(("http://", "https://")):
            raise LabError(f"{self._address}: says that {name} {version} is at {url!r}, which cannot be downloaded.")
        content = self._content(url)
        archive = Archive(name=name, version=version, source=self._address, content=content)
        stated = str(entry.get("digest") or "").removeprefix("sha256:")
        if archive.sha256 != stated:
            raise OtherArchiveError(
                f"{url}: is not what the repository's index states: its sha256 is {archive.sha256}, not "
                f"{stated or 'stated at all'}. Nothing was kept. Try again; if it stays so, ask who runs the "
                "repository."
            )
        return archive

    def _entry(self, name: str, version: str) -> dict[str, object]:
        entries = self._index()
        if name not in entries:
            raise LabError(
                f"{self._address}: has no chart {name!r}. Correct {self._place.charts}.repository of the stack file."
            )
        found = next((entry for entry in entries[name] if entry.get("version") == version), None)
        if found is None:
            known = [str(entry.get("version")) for entry in entries[name]]
            raise LabError(
                f"{self._address}: has no {name} {version}. The nearest versions that it has: "
                f"{near_versions(version, known)}. Choose one of them in {self._place.version} of the stack file."
            )
        return found

    def _index(self) -> Entries:
        if self._entries is None:
            url = f"{self._address}/index.yaml"
            try:
                self._entries = load_index(self._content(url, INDEX_SIZE))
            except ValueError as error:
                raise LabError(
                    f"{url}: is not the index of a Helm repository: {error}. Correct {self._place.charts}.repository."
                ) from None
        return self._entries

    def _content(self, url: str, largest: int | None = None) -> bytes:
        answer = self._web.get(url) if largest is None else self._web.get(url, largest=largest)
        if answer.status_code != 200:
            raise LabError(
                f"{url}: answers with status {answer.status_code}. Correct {self._place.charts}.repository of the "
                f"stack file; where a login is needed, download with `helm pull` and use {self._place.charts}.folder."
            )
        return answer.content
