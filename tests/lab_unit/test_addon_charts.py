"""The charts of addons as the lab offers them: archives that it is given, and stand-ins for the others."""

import io
import tarfile
from pathlib import Path

import pytest

from components.observability.addons.charts import catalog
from lab import addon_charts
from lab.addon_charts import KINDS, package_addon_charts

FILES = {entry.chart: f"{entry.chart}-{entry.version}.tgz" for entry in catalog().values()}


@pytest.fixture
def crds(tmp_path: Path) -> Path:
    """A folder with the kinds of prometheus-operator."""
    folder = tmp_path / "crds"
    folder.mkdir()
    for kind in KINDS:
        (folder / f"monitoring.coreos.com_{kind}.yaml").write_text(f"# {kind}\n")
    return folder


def _contents(folder: Path) -> dict[str, bytes]:
    return {chart: (folder / file).read_bytes() for chart, file in FILES.items()}


def _inodes(folder: Path) -> set[int]:
    return {path.stat().st_ino for path in folder.iterdir()}


def test_without_archives_every_chart_is_a_stand_in_that_says_so(crds: Path, tmp_path: Path) -> None:
    package_addon_charts(crds, tmp_path / "charts", {})
    for chart, content in _contents(tmp_path / "charts").items():
        with tarfile.open(fileobj=io.BytesIO(content)) as archive:
            described = archive.extractfile(f"{chart}/Chart.yaml")
            assert described is not None, "Helm wants it"
            assert b"description: A stand-in for the official chart" in described.read(), "nobody takes it for official"


def test_an_archive_takes_the_place_of_its_stand_in_byte_by_byte(crds: Path, tmp_path: Path) -> None:
    package_addon_charts(crds, tmp_path / "charts", {})
    stand_ins = _contents(tmp_path / "charts")
    package_addon_charts(crds, tmp_path / "charts", {"jaeger": b"official"})
    assert _contents(tmp_path / "charts") == stand_ins | {"jaeger": b"official"}, "and of no other"
    package_addon_charts(crds, tmp_path / "charts", {})
    assert _contents(tmp_path / "charts") == stand_ins, "and back, the same bytes: Pulumi would see a change"


def test_charts_that_are_there_are_not_written_again(crds: Path, tmp_path: Path) -> None:
    package_addon_charts(crds, tmp_path / "charts", {"jaeger": b"official"})
    before = _inodes(tmp_path / "charts")
    package_addon_charts(crds, tmp_path / "charts", {"jaeger": b"official"})
    assert _inodes(tmp_path / "charts") == before, "every 'up' would take longer"


def test_an_archive_with_other_bytes_is_written(crds: Path, tmp_path: Path) -> None:
    package_addon_charts(crds, tmp_path / "charts", {"jaeger": b"official"})
    package_addon_charts(crds, tmp_path / "charts", {"jaeger": b"of a mirror"})
    assert _contents(tmp_path / "charts")["jaeger"] == b"of a mirror", "the version is the same, the source is not"


def test_a_chart_that_was_deleted_is_written_again(crds: Path, tmp_path: Path) -> None:
    package_addon_charts(crds, tmp_path / "charts", {})
    (tmp_path / "charts" / FILES["grafana"]).unlink()
    package_addon_charts(crds, tmp_path / "charts", {})
    assert (tmp_path / "charts" / FILES["grafana"]).exists(), "up repairs what is missing"


def test_after_an_interruption_the_mixture_is_replaced(
    crds: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    package_addon_charts(crds, tmp_path / "charts", {})
    stand_ins = _contents(tmp_path / "charts")
    write = addon_charts.write_atomically

    def interrupted(path: Path, content: str | bytes) -> None:
        if path.name == FILES["jaeger"]:
            raise KeyboardInterrupt
        write(path, content)

    with monkeypatch.context() as patched:
        patched.setattr(addon_charts, "write_atomically", interrupted)
        with pytest.raises(KeyboardInterrupt):
            package_addon_charts(crds, tmp_path / "charts", dict.fromkeys(FILES, b"official"))
    package_addon_charts(crds, tmp_path / "charts", {})
    assert _contents(tmp_path / "charts") == stand_ins, "what is there must be what was asked for last"
