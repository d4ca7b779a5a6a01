"""The lock file of the charts: what a preview refuses, for each kind of source."""

import hashlib
import json
from pathlib import Path

import pytest

from components.platform.chart_lock import INDEX_SIZE, LockedChart, lock_problems, lock_text, read_lock
from components.platform.preflight import chart_problems
from components.platform.settings import ChartsSettings, IstioSettings
from tests.support.servers import answering

NAMES = ("base", "istiod", "gateway")


def digest(text: str) -> str:
    """Its sha256."""
    return hashlib.sha256(text.encode()).hexdigest()


@pytest.fixture
def lock(tmp_path: Path) -> Path:
    """A lock file in which the content of each chart is its name."""
    entries = [
        LockedChart(name=name, version="1.30.3", source="https://charts.example.com", sha256=digest(name))
        for name in NAMES
    ]
    path = tmp_path / "charts.lock.yaml"
    path.write_text(lock_text({(entry.name, entry.version): entry for entry in entries}))
    return path


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A folder with these charts."""
    for name in NAMES:
        (tmp_path / f"{name}-1.30.3.tgz").write_text(name)
    return tmp_path


def istio_with(version: str = "1.30.3", **charts: str | bool) -> IstioSettings:
    """Istio of one source of charts."""
    return IstioSettings.model_validate({"version": version, "charts": charts})


def lines(lock: Path, version: str = "1.30.3", **charts: str | bool) -> list[str]:
    """The problems of a stack, as they are shown."""
    return [problem.line("S") for problem in lock_problems(istio_with(version, **charts), path=lock)]


def test_without_a_lock_file_there_is_nothing_to_compare(tmp_path: Path) -> None:
    assert lines(tmp_path / "charts.lock.yaml", folder=str(tmp_path)) == [], "a lock is an offer"


def test_what_is_written_can_be_read(lock: Path) -> None:
    assert [chart.name for chart in read_lock(lock) or ()] == ["base", "gateway", "istiod"]


def test_the_charts_that_were_locked_are_accepted(lock: Path, folder: Path) -> None:
    assert lines(lock, folder=str(folder)) == []


def test_a_chart_of_a_folder_that_differs_is_refused(lock: Path, folder: Path) -> None:
    (folder / "istiod-1.30.3.tgz").write_text("exchanged")
    assert lines(lock, folder=str(folder)) == [
        f"S: mesh.istio.charts.folder: {folder}/istiod-1.30.3.tgz is not the chart of charts.lock.yaml: its sha256 is "
        f"{digest('exchanged')}, not {digest('istiod')}. Fetch it anew with `./mesh charts vendor`. If the change is "
        "meant, run `./mesh charts lock --stack NAME --renew`. [MESH-408]"
    ], "one byte is enough"


def test_a_version_that_was_not_locked_is_refused_for_every_source(lock: Path) -> None:
    told = [
        "S: mesh.istio.version: charts.lock.yaml has no base, istiod, gateway of version 1.29.1; it has the versions: "
        "1.30.3. Run `./mesh charts lock --stack NAME`, and commit the file. [MESH-408]"
    ]
    assert lines(lock, "1.29.1") == told, "a repository"
    assert lines(lock, "1.29.1", oci="oci://127.0.0.1:1/istio") == told, "a registry, of which no more is asked"


def test_a_repository_that_states_another_digest_is_refused(lock: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(lock.parent)
    entries = {name: [{"version": "1.30.3", "digest": digest(name)}] for name in NAMES}
    entries["gateway"][0]["digest"] = digest("exchanged")
    with answering("/index.yaml", body=json.dumps({"entries": entries}).encode()) as (address, requests):
        assert [problem.line("S") for problem in chart_problems(istio_with(repository=address))] == [
            f"S: mesh.istio.charts.repository: {address} states another gateway 1.30.3 than charts.lock.yaml: sha256 "
            f"{digest('exchanged')}, not {digest('gateway')}. Ask who runs the repository. If the change is meant, run "
            "`./mesh charts lock --stack NAME --renew`. [MESH-408]"
        ]
    assert len(requests) == 1, "an index is long: one answer tells that it is there and what it states"


UNLIKE = "Or take the charts from a folder: `./mesh charts vendor`, then istio.charts.folder. [MESH-408]"
REPOSITORY = "https://charts.example.com"
PLACE = f"S: mesh.istio.charts.repository: {REPOSITORY}"


@pytest.mark.parametrize(
    ("index", "what"),
    [
        (b"", "it has no `entries`"),
        (b"<html>", "it has no `entries`"),
        (b"entries: [", "it is not YAML"),
        (b"#" * INDEX_SIZE, "it has more than 16 MiB"),
    ],
)
def test_an_index_that_cannot_be_compared_is_refused(lock: Path, index: bytes, what: str) -> None:
    found = lock_problems(istio_with(repository=REPOSITORY), index, lock)
    assert [problem.line("S") for problem in found] == [
        f"{PLACE}/index.yaml cannot be compared with charts.lock.yaml: {what}. Correct the address. {UNLIKE}"
    ], "a lock that is not compared must not pass for one that agrees"


@pytest.mark.parametrize("entry", [{"version": "1.30.3"}, {"version": "1.30.2", "digest": digest("gateway")}])
def test_a_repository_that_states_no_digest_is_refused(lock: Path, entry: dict[str, str]) -> None:
    entries = {name: [{"version": "1.30.3", "digest": digest(name)}] for name in NAMES} | {"gateway": [entry]}
    found = lock_problems(istio_with(repository=REPOSITORY), json.dumps({"entries": entries}).encode(), lock)
    assert [problem.line("S") for problem in found] == [
        f"{PLACE} states no sha256 of gateway 1.30.3, which charts.lock.yaml compares. Choose another repository. "
        f"{UNLIKE}"
    ], "whoever exchanges a chart can leave the digest out"


def test_a_repository_that_states_a_version_twice_is_compared_with_both(lock: Path) -> None:
    entries = {name: [{"version": "1.30.3", "digest": digest(name)}] for name in NAMES}
    entries["base"].insert(0, {"version": "1.30.3", "digest": digest("exchanged")})
    (found,) = lock_problems(istio_with(), json.dumps({"entries": entries}).encode(), lock)
    assert digest("exchanged") in found.rule, "Helm may take either"


REGISTRY = istio_with(oci="oci://registry.example.com/istio")


def test_a_registry_that_has_the_locked_charts_is_accepted(lock: Path) -> None:
    def same(name: str, version: str) -> str:
        assert version == "1.30.3", "the stack's version is asked for"
        return digest(name)

    assert lock_problems(REGISTRY, path=lock, of_registry=same) == [], "they are the same archives"


def test_a_registry_with_another_chart_is_refused(lock: Path) -> None:
    def exchanged(name: str, _version: str) -> str:
        return digest("exchanged" if name == "istiod" else name)

    (found,) = lock_problems(REGISTRY, path=lock, of_registry=exchanged)
    assert found.line("S") == (
        "S: mesh.istio.charts.oci: oci://registry.example.com/istio has another istiod 1.30.3 than charts.lock.yaml: "
        f"sha256 {digest('exchanged')}, not {digest('istiod')}. Ask who runs the registry. If the change is meant, run "
        "`./mesh charts lock --stack NAME --renew`. [MESH-408]"
    ), "whoever may write to a registry may exchange a tag"


def test_a_registry_without_a_locked_chart_is_refused(lock: Path) -> None:
    def lacking(name: str, _version: str) -> str | None:
        return None if name == "gateway" else digest(name)

    (found,) = lock_problems(REGISTRY, path=lock, of_registry=lacking)
    assert found.line("S") == (
        "S: mesh.istio.charts.oci: oci://registry.example.com/istio has no gateway 1.30.3. Correct the path, or "
        "istio.version. [MESH-408]"
    ), "found before anything is registered"


def test_a_registry_is_not_asked_for_what_the_lock_does_not_have(lock: Path) -> None:
    def unasked(_name: str, _version: str) -> str:
        raise AssertionError("the lock alone tells")

    (found,) = lock_problems(istio_with("1.29.1", oci="oci://r.example.com"), path=lock, of_registry=unasked)
    assert "has no base, istiod, gateway of version 1.29.1" in found.rule, "no request is needed to know"


@pytest.mark.parametrize("algorithm", ["", "sha256:"])
def test_a_repository_that_states_the_same_digests_is_accepted(lock: Path, algorithm: str) -> None:
    entries = {name: [{"version": "1.30.3", "digest": f"{algorithm}{digest(name)}"}] for name in NAMES}
    index = json.dumps({"entries": entries}).encode()
    assert lock_problems(istio_with(), index, lock) == [], "with or without the name of the algorithm"


def test_the_lab_may_have_charts_of_its_own(lock: Path, folder: Path) -> None:
    (folder / "istiod-1.30.3.tgz").write_text("packaged from the source")
    assert lines(lock, folder=str(folder), locked=False) == [], "istio.charts.locked: false"


@pytest.mark.parametrize(
    ("content", "what"),
    [
        ("charts: [", "charts.lock.yaml is not YAML"),
        ("", "charts.lock.yaml is not a list `charts` of name, version, source and sha256"),
        ("charts: [{name: base}]", "charts.lock.yaml is not a list `charts` of name, version, source and sha256"),
    ],
)
def test_a_damaged_lock_file_is_told(lock: Path, content: str, what: str) -> None:
    lock.write_text(content)
    assert lines(lock) == [
        f"S: mesh.istio.charts: {what}. Restore it from version control, or delete it and lock anew. [MESH-408]"
    ], "it must not count as no lock"


def test_the_lock_file_of_the_project_is_part_of_the_preflight(
    lock: Path, folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (folder / "base-1.30.3.tgz").write_text("exchanged")
    monkeypatch.chdir(lock.parent)
    problems = chart_problems(IstioSettings(version="1.30.3", charts=ChartsSettings(folder=".")))
    assert [problem.path for problem in problems] == [("istio", "charts", "folder")], "found in the project's folder"
