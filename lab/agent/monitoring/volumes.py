"""The files that a kubelet would give the containers of a pod: Secrets and ConfigMaps where the pod mounts them."""

import hashlib
from base64 import b64decode
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path, PurePosixPath

from lab.kube_api import KubeApi, Object
from lab.layout import write_atomically

_SOURCES = frozenset({"secret", "configMap", "projected"})
# By absolute path in the pod.
Files = Mapping[str, bytes]


@dataclass(frozen=True)
class Volumes:
    """Everything that a pod mounts: its files, and the folders in which its containers may write."""

    files: Files
    folders: tuple[str, ...]
    given: tuple[str, ...]
    """Those of the folders that hold nothing but `files`."""

    @property
    def digest(self) -> str:
        """Another one whenever the files differ."""
        digest = hashlib.sha256()
        for path, content in sorted(self.files.items()):
            digest.update(f"{path} {len(content)}\n".encode() + content)
        return digest.hexdigest()

    def lay_out(self, root: Path) -> None:
        """Write them below `root`, which takes the place of /."""
        for folder in self.folders:
            (root / folder.lstrip("/")).mkdir(parents=True, exist_ok=True)
        wanted = {root / path.lstrip("/") for path in self.files}
        for place in (root / folder.lstrip("/") for folder in self.given):
            for file in [one for one in place.rglob("*") if one.is_file()]:
                if file not in wanted:  # A rule that was deleted must not be read any more.
                    file.unlink()
        for path, content in self.files.items():
            file = root / path.lstrip("/")
            file.parent.mkdir(parents=True, exist_ok=True)
            write_atomically(file, content, mode=0o600)


def mounted(api: KubeApi, pod: Object) -> Volumes | None:
    """What the containers of a pod mount; None where a Secret or ConfigMap that must be there is not there yet.

    Raises:
        httpx.HTTPError: the API server does not answer.
    """
    namespace = pod["metadata"]["namespace"]
    volumes: dict[str, Object] = {one["name"]: one for one in pod["spec"].get("volumes", [])}
    contents = {name: _content(api, namespace, volume) for name, volume in volumes.items()}
    files: dict[str, bytes] = {}
    folders: dict[str, bool] = {}
    for mount in _mounts(pod):
        content, place = contents.get(mount["name"], {}), PurePosixPath(mount["mountPath"])
        if content is None:
            return None
        if mount.get("subPath") in content:  # One file of it, and not the folder.
            files[str(place)] = content[mount["subPath"]]
            continue
        files |= {str(place / key): value for key, value in content.items()}
        folders[str(place)] = bool(_SOURCES & volumes.get(mount["name"], {}).keys())
    return Volumes(files, tuple(folders), tuple(place for place, given in folders.items() if given))


def _mounts(pod: Object) -> Iterator[Object]:
    """Every mount, of init containers too."""
    spec = pod["spec"]
    for container in (*spec.get("initContainers", []), *spec["containers"]):
        yield from container.get("volumeMounts", [])


def _content(api: KubeApi, namespace: str, volume: Object) -> Mapping[str, bytes] | None:
    """The files of a volume by relative path; none of one that is empty at first."""
    sources: Iterable[Object] = volume["projected"].get("sources", []) if "projected" in volume else (volume,)
    files: dict[str, bytes] = {}
    for source in sources:
        for kind, plural in (("secret", "secrets"), ("configMap", "configmaps")):
            if kind not in source:
                continue
            wanted = source[kind]
            path = f"/api/v1/namespaces/{namespace}/{plural}/{wanted.get('secretName') or wanted.get('name')}"
            if not api.exists(path):
                if wanted.get("optional"):
                    continue
                return None
            files |= _chosen(wanted, api.get(path), encoded=kind == "secret")
    return files


def _chosen(wanted: Object, found: Object, *, encoded: bool) -> dict[str, bytes]:
    data: dict[str, str] = found.get("data") or {}
    names = {one["key"]: one["path"] for one in wanted.get("items", [])} or {key: key for key in data}
    return {path: b64decode(data[key]) if encoded else data[key].encode() for key, path in names.items() if key in data}
