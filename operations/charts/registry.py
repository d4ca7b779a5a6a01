"""Charts from an OCI registry, signed in as nobody (github.com/opencontainers/distribution-spec)."""

import hashlib
from typing import cast

import httpx

from components.platform.registry import MANIFEST, RegistryPath, chart_layer, tag, token_address, token_of
from lab.errors import LabError
from operations.charts.archive import Archive, OtherArchiveError, near_versions
from operations.charts.place import ISTIO, Place
from operations.charts.web import Web


class Registry:
    """A path of a registry below which charts lie, such as oci://gcr.io/istio-release/charts."""

    def __init__(self, address: str, web: Web, place: Place = ISTIO) -> None:
        self._place = place
        self._address = address.rstrip("/")
        self._web = web
        self._path = RegistryPath.of(address)
        self._tokens: dict[str, str] = {}

    def fetch(self, name: str, version: str) -> Archive:
        """The archive of a chart, compared with the digest of its layer.

        Raises:
            OtherArchiveError: the digest of its layer or of its manifest is another one.
            LabError: the registry does not answer, does not hold it or wants a login.
        """
        repository = self._path.repository(name)
        answer = self._get(repository, f"manifests/{tag(version)}", accept=MANIFEST)
        if answer.status_code == 404:
            raise LabError(self._unknown(repository, name, version))
        manifest = self._expected(answer, repository)
        self._compare(manifest, f"{self._address}/{name}: the manifest of version {version}")
        digest = chart_layer(manifest.content)
        if digest is None:
            raise LabError(
                f"{self._address}/{name}: version {version} is no Helm chart. Correct {self._place.charts}.oci."
            )
        content = self._expected(self._get(repository, f"blobs/{digest}"), repository).content
        archive = Archive(name=name, version=version, source=self._address, content=content)
        if f"sha256:{archive.sha256}" != digest:
            raise OtherArchiveError(
                f"{self._address}/{name}: version {version} is not what its manifest states: its sha256 is "
                f"{archive.sha256}, not {digest.removeprefix('sha256:')}. Nothing was kept. Try again; if it stays so, "
                "ask who runs the registry."
            )
        return archive

    @staticmethod
    def _compare(manifest: httpx.Response, what: str) -> None:
        """Compare a manifest with the digest that the registry sends beside it, if it does."""
        stated = manifest.headers.get("docker-content-digest", "")
        found = hashlib.sha256(manifest.content).hexdigest()
        if stated.startswith("sha256:") and stated != f"sha256:{found}":
            raise OtherArchiveError(
                f"{what} is not what the registry states: its sha256 is {found}, not {stated.removeprefix('sha256:')}. "
                "Nothing was kept. Try again; if it stays so, ask who runs the registry."
            )

    def _unknown(self, repository: str, name: str, version: str) -> str:
        answer = self._get(repository, "tags/list")
        if answer.status_code != 200:
            return f"{self._address}: has no chart {name!r}. Correct {self._place.charts}.oci of the stack file."
        listed = cast("list[str]", answer.json().get("tags") or [])
        tags = [one.replace("_", "+") for one in listed]
        return (
            f"{self._address}: has no {name} {version}. The nearest versions that it has: "
            f"{near_versions(version, tags)}. Choose one of them in {self._place.version} of the stack file."
        )

    def _get(self, repository: str, path: str, accept: str = "*/*") -> httpx.Response:
        url = f"{self._path.api}/{repository}/{path}"
        answer = self._web.get(url, self._headers(repository, accept))
        if answer.status_code == 401 and self._sign_in(repository, answer.headers.get("www-authenticate", "")):
            answer = self._web.get(url, self._headers(repository, accept))
        return answer

    def _headers(self, repository: str, accept: str) -> dict[str, str]:
        token = self._tokens.get(repository)
        return {"Accept": accept} | ({"Authorization": f"Bearer {token}"} if token else {})

    def _sign_in(self, repository: str, challenge: str) -> bool:
        """Get a token for nobody, as public registries want it; False where the registry offers none."""
        address = token_address(challenge, repository)
        answer = self._web.get(address) if address else None
        token = token_of(answer.content) if answer and answer.status_code == 200 else None
        if token:
            self._tokens[repository] = token
        return token is not None

    def _expected(self, answer: httpx.Response, repository: str) -> httpx.Response:
        if answer.status_code == 200:
            return answer
        if answer.status_code in {401, 403}:
            raise LabError(
                f"{self._address}: wants a login for {repository}. Download with `helm registry login` and "
                f"`helm pull`, and use {self._place.charts}.folder."
            )
        raise LabError(f"{self._address}: answers with status {answer.status_code}. Try again later.")
