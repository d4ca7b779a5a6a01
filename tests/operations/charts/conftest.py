"""A checkout of the test's own, with a stack whose charts come from where the test says."""

import io
import tarfile
from collections.abc import Callable
from pathlib import Path

import pytest
import yaml

VERSION = "1.29.1"
FILES = (f"base-{VERSION}.tgz", f"istiod-{VERSION}.tgz", f"gateway-{VERSION}.tgz")

Stack = Callable[..., None]


def chart(name: str, version: str = VERSION, more: str = "") -> bytes:
    """A packaged chart."""
    buffer = io.BytesIO()
    with tarfile.open(fileobj=buffer, mode="w:gz") as archive:
        content = f"apiVersion: v2\nname: {name}\nversion: {version}\n{more}".encode()
        entry = tarfile.TarInfo(f"{name}/Chart.yaml")
        entry.size = len(content)
        archive.addfile(entry, io.BytesIO(content))
    return buffer.getvalue()


@pytest.fixture
def archives() -> dict[str, bytes]:
    """The three charts of a stack, by file name."""
    return {file: chart(file.rsplit("-", 1)[0]) for file in FILES}


@pytest.fixture
def stack(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Stack:
    """Write `Pulumi.dev.yaml` of a checkout that is the test's folder; the command runs in it."""
    for module in ("operations.stack", "operations.charts.sources"):
        monkeypatch.setattr(f"{module}.CHECKOUT", tmp_path)
    monkeypatch.chdir(tmp_path)

    def write(version: str = VERSION, **charts: object) -> None:
        mesh = {"profile": "demo", "istio": {"version": version, "charts": charts}}
        (tmp_path / "Pulumi.dev.yaml").write_text(yaml.safe_dump({"config": {"istio-mesh:mesh": mesh}}))

    return write
