"""Looks for secrets in what others may read: the releases that Helm keeps in the cluster, and Pulumi's state."""

import base64
import gzip
import json
from collections.abc import Iterable, Iterator

from tests.lab.conftest import Lab

_LONG = 40
"""Shorter lines of a PEM text, such as its first, stand in every other one as well."""


def traces(secrets: Iterable[str], text: str) -> list[str]:
    """The lines of PEM texts that are in `text`, in clear or as a part of something that is encoded in base64."""
    lines = {line for secret in secrets for line in secret.splitlines() if len(line) > _LONG}
    return sorted(line for line in lines if any(form in text for form in _forms(line)))


def stored_releases(lab: Lab) -> dict[str, str]:
    """Name of a Helm release -> all revisions that are stored of it, as text: chart, values, manifests.

    Helm keeps each in a Secret, as JSON that is compressed, then encoded (helm.sh/docs/topics/advanced).
    """
    listed = lab.kubectl(
        "get", "secrets", "--all-namespaces", "--field-selector=type=helm.sh/release.v1", "--output=json"
    )
    found: dict[str, str] = {}
    for secret in json.loads(listed.stdout)["items"]:
        name = secret["metadata"]["labels"]["name"]
        found[name] = found.get(name, "") + _decoded(secret["data"]["release"])
    return found


def _decoded(release: str) -> str:
    """A release from a Secret's data, which Kubernetes encodes once more."""
    return gzip.decompress(base64.b64decode(base64.b64decode(release))).decode()


def _forms(line: str) -> Iterator[str]:
    """A line as it is, and in base64: there its place among the bytes around it decides between three forms."""
    yield line
    for before in range(3):
        encoded = base64.b64encode(b" " * before + line.encode()).decode()
        # The first and the last characters hold bits of what is around.
        yield encoded[4:-4]
