"""`mesh charts lock`: the digests of what was fetched, and what is refused afterwards."""

import hashlib
from pathlib import Path

import pytest
import yaml

from tests.operations.charts.conftest import FILES, VERSION, Stack, chart
from tests.operations.conftest import Mesh

Archives = dict[str, bytes]


@pytest.fixture(autouse=True)
def source(tmp_path: Path, stack: Stack, archives: Archives) -> None:
    """A stack with the charts of a folder."""
    for file, content in archives.items():
        (tmp_path / file).write_bytes(content)
    stack(folder=".")


def digest(content: bytes) -> str:
    """Its sha256."""
    return hashlib.sha256(content).hexdigest()


def test_the_lock_file_holds_what_was_fetched(mesh: Mesh, tmp_path: Path, archives: Archives) -> None:
    done = mesh("charts", "lock")
    assert (done.exit_code, done.stdout) == (0, "".join(f"{digest(archives[file])}  {file}\n" for file in FILES))
    assert yaml.safe_load((tmp_path / "charts.lock.yaml").read_text())["charts"] == [
        {"name": name, "version": VERSION, "source": str(tmp_path), "sha256": digest(archives[f"{name}-{VERSION}.tgz"])}
        for name in ("base", "gateway", "istiod")
    ], "in a fixed order, so that a second lock changes nothing"


def test_the_charts_of_other_stacks_stay_locked(mesh: Mesh, tmp_path: Path, stack: Stack) -> None:
    mesh("charts", "lock")
    for name in ("base", "istiod", "gateway"):
        (tmp_path / f"{name}-1.28.3.tgz").write_bytes(chart(name, "1.28.3"))
    stack("1.28.3", folder=".")
    mesh("charts", "lock")
    locked = yaml.safe_load((tmp_path / "charts.lock.yaml").read_text())["charts"]
    assert [chart["version"] for chart in locked] == ["1.28.3", VERSION] * 3, "both stacks may go on"


@pytest.mark.parametrize("verb", ["lock", "vendor"])
def test_a_chart_that_differs_from_the_lock_file_is_refused(
    mesh: Mesh, tmp_path: Path, archives: Archives, verb: str
) -> None:
    mesh("charts", "lock")
    before = (tmp_path / "charts.lock.yaml").read_text()
    other = chart("istiod", more="description: another\n")
    (tmp_path / FILES[1]).write_bytes(other)
    done = mesh("charts", verb)
    assert (done.exit_code, done.stdout) == (1, "")
    assert done.stderr.splitlines()[-2:] == [
        f"error: {tmp_path}: {FILES[1]} is not the chart of charts.lock.yaml: its sha256 is {digest(other)}, not "
        f"{digest(archives[FILES[1]])}, which came from {tmp_path}.",
        "Nothing was kept. If the change is meant, run `./mesh charts lock --stack NAME --renew`.",
    ]
    assert (tmp_path / "charts.lock.yaml").read_text() == before, "the lock file stays as it was"
    assert not (tmp_path / "charts").exists(), "and nothing is written"


def test_a_change_that_is_meant_is_locked_by_renew(mesh: Mesh, tmp_path: Path) -> None:
    mesh("charts", "lock")
    other = chart("istiod", more="description: another\n")
    (tmp_path / FILES[1]).write_bytes(other)
    assert mesh("charts", "lock", "--renew").exit_code == 0
    assert digest(other) in (tmp_path / "charts.lock.yaml").read_text()


def test_a_lock_file_that_is_damaged_is_told(mesh: Mesh, tmp_path: Path) -> None:
    (tmp_path / "charts.lock.yaml").write_text("charts: [{name: base}]")
    assert mesh("charts", "lock").stderr.splitlines()[-1] == (
        "error: charts.lock.yaml is not a list `charts` of name, version, source and sha256. Restore it from version "
        "control, or delete it and lock anew."
    )
