"""Istio's charts as a chart source of the lab: stamped the way Istio's release does it, packaged as Helm does."""

import gzip
import io
import json
import re
import tarfile
from collections.abc import Mapping
from pathlib import Path

from components.platform.charts import archive_file
from lab.errors import LabError
from lab.layout import write_atomically

# Chart name -> its folder below manifests/charts of Istio's source.
CHARTS = {
    "base": "base",
    "istiod": "istio-control/istio-discovery",
    "gateway": "gateway",
    "cni": "istio-cni",
    "ztunnel": "ztunnel",
}
# Where release images are published since 1.29 (istio.io, "Istio registry migration"); the lab never pulls one.
RELEASE_HUB = "docker.io/istio"
# A fixed time, so that the same source gives the same bytes: Pulumi takes another checksum for a change of the release.
_EPOCH = 0


def package_charts(source: Path, version: str, target: Path) -> None:
    """Write `NAME-VERSION.tgz` of every chart into `target`, and nothing where they are there already.

    Raises:
        LabError: `source` does not hold Istio's charts.
    """
    marker = target / "packaged.json"
    wanted = json.dumps({"source": str(source), "version": version})
    archives = {name: target / archive_file(name, version) for name in CHARTS}
    if marker.exists() and marker.read_text() == wanted and all(archive.exists() for archive in archives.values()):
        return
    target.mkdir(parents=True, exist_ok=True)
    for name, folder in CHARTS.items():
        if not (source / folder / "Chart.yaml").is_file():
            raise LabError(
                f"{source / folder}: Istio's chart {name!r} is not there. Run './mesh lab tools --fetch' again."
            )
        write_atomically(archives[name], pack(name, stamped(source / folder, version)))
    write_atomically(marker, wanted)


def stamped(folder: Path, version: str) -> dict[str, str]:
    """The files of a chart below `folder`, by their place in it, with its version written in."""
    paths = sorted(path for path in folder.rglob("*") if path.is_file())
    return {path.relative_to(folder).as_posix(): stamp(path.read_text(), path.name, version) for path in paths}


def pack(name: str, files: Mapping[str, str]) -> bytes:
    """The archive of the chart `name` with these files, the same bytes for the same files."""
    buffer = io.BytesIO()
    with (
        gzip.GzipFile(fileobj=buffer, mode="wb", compresslevel=6, mtime=_EPOCH) as compressed,
        tarfile.open(fileobj=compressed, mode="w") as archive,
    ):
        for path, text in files.items():
            content = text.encode()
            entry = tarfile.TarInfo(f"{name}/{path}")
            entry.size, entry.mtime, entry.mode = len(content), _EPOCH, 0o644
            archive.addfile(entry, io.BytesIO(content))
    return buffer.getvalue()


def stamp(text: str, file: str, version: str) -> str:
    """What Istio's release builder changes: chart version and appVersion, and the default hub and tag of the images."""
    if file == "Chart.yaml":
        return re.sub(r"(?m)^(version|appVersion): .*$", rf"\g<1>: {version}", text)
    if file == "values.yaml":
        text = re.sub(r"(?m)^(\s*)hub: gcr\.io/istio-testing$", rf"\g<1>hub: {RELEASE_HUB}", text)
        return re.sub(r"(?m)^(\s*)tag: latest$", rf"\g<1>tag: {version}", text)
    return text
