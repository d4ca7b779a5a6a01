"""Istio's charts as the lab offers them."""

import io
import tarfile
import time
from pathlib import Path

import pytest

from lab.charts import CHARTS, package_charts, stamp
from lab.errors import LabError

VALUES = "global:\n  hub: gcr.io/istio-testing\n  tag: latest\nother:\n  tag: latest-build\n"


@pytest.fixture
def source(tmp_path: Path) -> Path:
    """A folder with charts of the same names as Istio's."""
    for name, folder in CHARTS.items():
        chart = tmp_path / "source" / folder
        (chart / "templates").mkdir(parents=True)
        (chart / "Chart.yaml").write_text(f"name: {name}\nversion: 1.0.0\nappVersion: 1.0.0\n")
        (chart / "values.yaml").write_text(VALUES)
        (chart / "templates" / "one.yaml").write_text("version: 1.0.0\n")
    return tmp_path / "source"


def _packaged(folder: Path) -> dict[str, bytes]:
    return {path.name: path.read_bytes() for path in folder.glob("*.tgz")}


def test_a_chart_gets_the_version_of_the_release() -> None:
    text = "name: istiod\nversion: 1.0.0\nappVersion: 1.0.0\n"
    assert stamp(text, "Chart.yaml", "1.29.1") == "name: istiod\nversion: 1.29.1\nappVersion: 1.29.1\n", "both of them"


def test_default_images_are_those_of_the_release() -> None:
    stamped = stamp(VALUES, "values.yaml", "1.29.1")
    assert stamped == "global:\n  hub: docker.io/istio\n  tag: 1.29.1\nother:\n  tag: latest-build\n", (
        "and nothing else"
    )


def test_other_files_stay_as_they_are() -> None:
    assert stamp("version: 1.0.0\n", "one.yaml", "1.29.1") == "version: 1.0.0\n", "a template is not Chart.yaml"


def test_every_chart_is_packaged_below_a_folder_of_its_name(source: Path, tmp_path: Path) -> None:
    package_charts(source, "1.29.1", tmp_path / "charts")
    packaged = _packaged(tmp_path / "charts")
    assert sorted(packaged) == sorted(f"{name}-1.29.1.tgz" for name in CHARTS), "as Helm names them"
    with tarfile.open(fileobj=io.BytesIO(packaged["istiod-1.29.1.tgz"])) as archive:
        names = archive.getnames()
    assert names == ["istiod/Chart.yaml", "istiod/templates/one.yaml", "istiod/values.yaml"], (
        "Helm wants the name first"
    )


def test_the_same_source_gives_the_same_bytes_at_any_time(
    source: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    package_charts(source, "1.29.1", tmp_path / "one")
    later = time.time() + 1000
    monkeypatch.setattr(time, "time", lambda: later)
    package_charts(source, "1.29.1", tmp_path / "two")
    assert _packaged(tmp_path / "one") == _packaged(tmp_path / "two"), "Pulumi would see a change of every release"


def test_charts_that_are_there_are_not_packaged_again(source: Path, tmp_path: Path) -> None:
    package_charts(source, "1.29.1", tmp_path / "charts")
    before = (tmp_path / "charts" / "base-1.29.1.tgz").stat().st_ino
    package_charts(source, "1.29.1", tmp_path / "charts")
    assert (tmp_path / "charts" / "base-1.29.1.tgz").stat().st_ino == before, "every 'up' would take longer"


def test_a_chart_that_was_deleted_is_packaged_again(source: Path, tmp_path: Path) -> None:
    package_charts(source, "1.29.1", tmp_path / "charts")
    (tmp_path / "charts" / "base-1.29.1.tgz").unlink()
    package_charts(source, "1.29.1", tmp_path / "charts")
    assert (tmp_path / "charts" / "base-1.29.1.tgz").exists(), "up repairs what is missing"


def test_another_version_is_packaged_beside_the_first(source: Path, tmp_path: Path) -> None:
    for version in ("1.28.3", "1.29.1"):
        package_charts(source, version, tmp_path / "charts")
    assert len(_packaged(tmp_path / "charts")) == 2 * len(CHARTS), "an upgrade needs both"


def test_a_source_without_a_chart_is_named_with_the_fix(source: Path, tmp_path: Path) -> None:
    (source / "istio-cni" / "Chart.yaml").unlink()
    with pytest.raises(LabError) as missing:
        package_charts(source, "1.29.1", tmp_path / "charts")
    assert str(missing.value) == (
        f"{source / 'istio-cni'}: Istio's chart 'cni' is not there. Run './mesh lab tools --fetch' again."
    )
