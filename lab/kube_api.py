"""The few calls to a Kubernetes API server that the lab makes, for an identity with a bearer token."""

import json
import ssl
from pathlib import Path
from typing import Any, Self, cast

import httpx

from components.settings.data_files import load_yaml

Object = dict[str, Any]
NOT_FOUND = 404


class KubeApi:
    """A client for one kubeconfig as `credentials.write_kubeconfig` writes them. Answers are decoded JSON objects."""

    def __init__(self, kubeconfig: Path, timeout_seconds: float = 10.0) -> None:
        document = load_yaml(kubeconfig.read_text())
        cluster, user = document["clusters"][0]["cluster"], document["users"][0]["user"]
        self._client = httpx.Client(
            base_url=cluster["server"],
            headers={"Authorization": f"Bearer {user['token']}"},
            verify=ssl.create_default_context(cafile=cluster["certificate-authority"]),
            timeout=timeout_seconds,
            trust_env=False,
        )

    def __enter__(self) -> Self:
        """Use it as a context manager to close its connections."""
        return self

    def __exit__(self, *_: object) -> None:
        """Close the connections."""
        self._client.close()

    def get(self, path: str, **parameters: str) -> Object:
        """GET one object or list.

        Raises:
            httpx.HTTPError: the server cannot be reached or does not answer 2xx.
        """
        return self._decoded(self._client.get(path, params=parameters))

    def items(self, path: str, **parameters: str) -> list[Object]:
        """GET a list and return its items."""
        return cast("list[Object]", self.get(path, **parameters).get("items") or [])

    def exists(self, path: str) -> bool:
        """True where GET finds an object."""
        answer = self._client.get(path)
        if answer.status_code == NOT_FOUND:
            return False
        answer.raise_for_status()
        return True

    def post(self, path: str, body: Object) -> Object:
        """POST an object."""
        return self._decoded(self._client.post(path, json=body))

    def merge(self, path: str, patch: Object) -> Object:
        """PATCH an object by JSON merge patch."""
        headers = {"Content-Type": "application/merge-patch+json"}
        return self._decoded(self._client.patch(path, content=json.dumps(patch), headers=headers))

    def _decoded(self, answer: httpx.Response) -> Object:
        answer.raise_for_status()
        return cast("Object", answer.json())
