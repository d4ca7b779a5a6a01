"""What an OCI registry says of a chart, signed in as nobody (github.com/opencontainers/distribution-spec)."""

import json
import re
from dataclasses import dataclass, field
from typing import Any, cast
from urllib.parse import urlencode, urlsplit

from components.platform.http import LOOPBACK, Answer, get

MANIFEST = "application/vnd.oci.image.manifest.v1+json"
CHART_LAYER = "application/vnd.cncf.helm.chart.content.v1.tar+gzip"
_PARAMETER = re.compile(r'(\w+)="([^"]*)"')
_SIZE = 1024 * 1024
"""Manifests of charts have a few hundred bytes; 4 MiB is what registries take at most."""


class RegistryLoginError(Exception):
    """The registry wants to know who asks."""


@dataclass(frozen=True)
class RegistryPath:
    """A path of a registry below which charts lie: its API's address, and the path there."""

    api: str
    path: str

    @classmethod
    def of(cls, address: str) -> "RegistryPath":
        """The path of an oci:// address; one on loopback is spoken to in plain HTTP, as Docker does."""
        host, _, path = address.rstrip("/").removeprefix("oci://").partition("/")
        scheme = "http" if urlsplit(f"//{host}").hostname in LOOPBACK else "https"
        return cls(f"{scheme}://{host}/v2", path)

    def repository(self, name: str) -> str:
        """The repository of a chart."""
        return f"{self.path}/{name}" if self.path else name


def tag(version: str) -> str:
    """The tag of a version: a tag cannot hold '+', and Helm writes it so."""
    return version.replace("+", "_")


def token_address(challenge: str, repository: str) -> str | None:
    """Where a token to pull from `repository` is given to nobody, as public registries do; None where it is not."""
    parameters = dict(cast("list[tuple[str, str]]", _PARAMETER.findall(challenge)))
    realm = parameters.pop("realm", "")
    safe = realm.startswith("https://") or urlsplit(realm).hostname in LOOPBACK
    if not challenge.lower().startswith("bearer ") or not safe:
        return None
    return f"{realm}?{urlencode({'scope': f'repository:{repository}:pull'} | parameters)}"


def token_of(body: bytes) -> str | None:
    """The token of an answer; None where it has none."""
    try:
        given = json.loads(body)
        return str(given.get("token") or given.get("access_token") or "") or None
    except (ValueError, AttributeError):
        return None


def chart_layer(manifest: bytes) -> str | None:
    """The digest of the layer that is the chart, as `sha256:…`; None where there is none."""
    try:
        layers = cast("list[dict[str, Any]]", json.loads(manifest).get("layers") or [])
        return next((str(one["digest"]) for one in layers if one.get("mediaType") == CHART_LAYER), None)
    except (ValueError, KeyError, AttributeError, TypeError):
        return None


@dataclass
class StatedDigests:
    """The digests that a registry states of charts, by which it also keeps and hands out their archives."""

    address: str
    timeout_seconds: float
    _tokens: dict[str, str] = field(default_factory=dict[str, str])

    def of(self, name: str, version: str) -> str | None:
        """The sha256 of a chart's archive, in hexadecimal; None where the registry does not have it.

        Raises:
            NoAnswerError: the registry does not answer.
            RegistryLoginError: it wants a login.
        """
        place = RegistryPath.of(self.address)
        repository = place.repository(name)
        url = f"{place.api}/{repository}/manifests/{tag(version)}"
        answer = self._get(url, repository)
        if answer.status == 401 and self._sign_in(answer.challenge, repository):
            answer = self._get(url, repository)
        if answer.status in {401, 403}:
            raise RegistryLoginError
        layer = chart_layer(answer.body) if answer.status == 200 else None
        return layer.removeprefix("sha256:") if layer else None

    def _get(self, url: str, repository: str) -> Answer:
        token = self._tokens.get(repository)
        headers = {"Accept": MANIFEST} | ({"Authorization": f"Bearer {token}"} if token else {})
        return get(url, timeout_seconds=self.timeout_seconds, headers=headers, size=_SIZE)

    def _sign_in(self, challenge: str, repository: str) -> bool:
        address = token_address(challenge, repository)
        answer = get(address, timeout_seconds=self.timeout_seconds) if address else None
        token = token_of(answer.body) if answer and answer.status == 200 else None
        if token:
            self._tokens[repository] = token
        return token is not None
