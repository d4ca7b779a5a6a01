"""Charts in the cache: whole, unchanged, and only of the source that they were fetched from."""

from pathlib import Path

import pytest

from operations.charts.archive import Archive, OtherArchiveError
from operations.charts.kept import KeptCharts
from tests.operations.charts.conftest import chart

SOURCE = "https://charts.example.com/stable"
ARCHIVE = Archive(name="jaeger", version="4.11.1", source=SOURCE, content=chart("jaeger", "4.11.1"))


@pytest.fixture
def kept(tmp_path: Path) -> KeptCharts:
    """A cache with one chart."""
    kept = KeptCharts(tmp_path)
    kept.keep(ARCHIVE)
    return kept


def test_a_kept_chart_is_found_again(kept: KeptCharts, tmp_path: Path) -> None:
    assert kept.find(SOURCE, "jaeger", "4.11.1") == ARCHIVE, "nothing is downloaded twice"
    folder = tmp_path / "https_charts.example.com_stable"
    digest = folder / "jaeger-4.11.1.tgz.sha256"
    assert digest.read_text() == f"{ARCHIVE.sha256}  jaeger-4.11.1.tgz\n", "as `sha256sum --check` reads it"
    assert sorted(one.name for one in folder.iterdir()) == ["jaeger-4.11.1.tgz", "jaeger-4.11.1.tgz.sha256"]


@pytest.mark.parametrize(
    ("source", "version"), [("https://mirror.example.com", "4.11.1"), (SOURCE, "4.11.2")], ids=["source", "version"]
)
def test_another_source_or_version_is_not_kept(kept: KeptCharts, source: str, version: str) -> None:
    assert kept.find(source, "jaeger", version) is None, "it would be another chart"


def test_an_archive_whose_digest_was_not_written_any_more_is_none(kept: KeptCharts, tmp_path: Path) -> None:
    (digest,) = tmp_path.rglob("*.sha256")
    digest.unlink()
    assert kept.find(SOURCE, "jaeger", "4.11.1") is None, "an interruption between the two leaves it so"


def test_an_archive_that_changed_in_the_cache_is_refused(kept: KeptCharts, tmp_path: Path) -> None:
    (path,) = tmp_path.rglob("*.tgz")
    other = Archive(name="jaeger", version="4.11.1", source=SOURCE, content=b"other")
    path.write_bytes(other.content)
    with pytest.raises(OtherArchiveError) as refused:
        kept.find(SOURCE, "jaeger", "4.11.1")
    assert str(refused.value) == (
        f"{path}: is not the chart that was fetched: its sha256 is {other.sha256}, not {ARCHIVE.sha256}. Delete the "
        "file, then try again."
    )


def test_an_interrupted_write_leaves_nothing_that_counts(
    kept: KeptCharts, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def interrupt(*_: object) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr(Path, "replace", interrupt)
    newer = Archive(name="jaeger", version="4.11.2", source=SOURCE, content=chart("jaeger", "4.11.2"))
    with pytest.raises(KeyboardInterrupt):
        kept.keep(newer)
    assert kept.find(SOURCE, "jaeger", "4.11.2") is None, "half a chart is none"
    assert [path.name for path in tmp_path.rglob("*4.11.2*")] == [], "nor is half a file left"
