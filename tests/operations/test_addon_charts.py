"""Where the charts of addons on the lab come from: what a user chooses, what is decided, and what is refused."""

import hashlib
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from components.observability.addons import charts
from components.observability.addons.charts import CatalogEntry, catalog
from lab.errors import LabError
from lab.tools import Origin, Tool
from operations.charts.archive import Archive
from operations.charts.repository import HelmRepository
from operations.lab.addon_charts import addon_source, find_addon_charts
from tests.operations.charts.servers import HelmSite, RegistrySite, Site, serving
from tests.operations.conftest import Mesh
from tests.support.official_shape import official_archives

NAMES = ["kube-prometheus-stack", "grafana", "jaeger", "kiali-server"]
VERSIONS = {entry.chart: entry.version for entry in catalog().values()}
FILES = {name: f"{name}-{VERSIONS[name]}.tgz" for name in NAMES}
EVERY = ", ".join(f"{name} {VERSIONS[name]}" for name in NAMES)
ARCHIVES = official_archives()
GIVEN = {name: ARCHIVES[FILES[name]] for name in NAMES}


class Publishers:
    """The publishers of the catalogue as sites on loopback; the lines that were reported, and the cache."""

    def __init__(self, sites: dict[str, HelmSite], cache: Path) -> None:
        self.sites, self.cache = sites, cache
        self.lines: list[str] = []

    def find(self, wanted: str = "") -> dict[str, bytes]:
        """The archives with a choice, and what was reported anew."""
        self.lines = []
        return find_addon_charts(addon_source(wanted), self.lines.append)

    def asked(self) -> list[str]:
        """Every request to one of them."""
        return [path for site in self.sites.values() for path in site.seen]

    def kept(self) -> list[str]:
        """The names of all files in the cache of charts."""
        return sorted(path.name for path in (self.cache / "charts").rglob("*") if path.is_file())


@pytest.fixture
def down() -> list[str]:
    """The charts whose publishers do not answer."""
    return []


@pytest.fixture
def publishers(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, down: list[str]) -> Iterator[Publishers]:
    """The four publishers, each with its chart in the shape of the official one."""
    sites = {name: HelmSite() for name in NAMES}
    closers: list[Callable[[], object]] = []
    for name, site in sites.items():
        site.add({FILES[name]: ARCHIVES[FILES[name]]})
        served = serving(site)
        served.__enter__()
        if name in down:
            served.__exit__(None, None, None)
        else:
            closers.append(lambda one=served: one.__exit__(None, None, None))
    rows = {
        addon: CatalogEntry(chart=one.chart, repository=f"{sites[one.chart].address}/charts", version=one.version)
        for addon, one in catalog().items()
    }
    assert charts.catalog() == catalog(), "the catalogue that is replaced is the program's"
    monkeypatch.setattr("operations.lab.addon_charts.catalog", lambda: rows)
    monkeypatch.setenv("ISTIO_MESH_CACHE", str(tmp_path / "cache"))
    yield Publishers(sites, tmp_path / "cache")
    for close in closers:
        close()


def test_official_charts_are_taken_where_their_publishers_answer(publishers: Publishers) -> None:
    assert publishers.find() == GIVEN, "the archives as they were served"
    assert publishers.lines[-1] == f"addon charts: official: {EVERY}", "what was decided is told"


def test_official_charts_are_downloaded_once(publishers: Publishers) -> None:
    publishers.find()
    asked = publishers.asked()
    assert publishers.find() == GIVEN, "from the cache"
    assert publishers.asked() == asked, "nobody is asked for what is there, not even whether he answers"
    assert publishers.kept() == sorted(name for file in FILES.values() for name in (file, f"{file}.sha256"))


def test_a_publisher_is_asked_whether_it_answers_then_for_its_index_and_its_chart(publishers: Publishers) -> None:
    publishers.find()
    jaeger = ["/charts/index.yaml", "/charts/index.yaml", f"/charts/files/{FILES['jaeger']}"]
    assert publishers.sites["jaeger"].seen == jaeger, "nothing is asked again and again"


@pytest.mark.parametrize("down", [NAMES])
def test_without_network_the_stand_ins_are_taken_and_the_reason_told(publishers: Publishers) -> None:
    assert publishers.find() == {}, "the lab has to start on a train, too"
    hosts = [site.address.removeprefix("http://") for site in publishers.sites.values()]
    reasons = "; ".join(f"{host}: connection refused" for host in hosts)
    assert publishers.lines == [f"addon charts: stand-ins ({reasons})"]
    assert publishers.kept() == [], "and nothing is left of the attempt"


@pytest.mark.parametrize("down", [["grafana", "kiali-server"]])
def test_each_chart_is_decided_by_itself_and_told(publishers: Publishers) -> None:
    had = ["kube-prometheus-stack", "jaeger"]
    assert publishers.find() == {name: GIVEN[name] for name in had}, "a publisher says nothing of the others"
    first, second = (publishers.sites[name].address.removeprefix("http://") for name in ("grafana", "kiali-server"))
    assert publishers.lines[-1] == (
        f"addon charts: official: {', '.join(f'{name} {VERSIONS[name]}' for name in had)}; stand-ins: grafana, "
        f"kiali-server ({first}: connection refused; {second}: connection refused)"
    )


@pytest.mark.parametrize("page", [b"<html>Please sign in</html>", b"entries: {}"])
def test_a_publisher_that_has_no_such_chart_is_passed_over_with_the_reason(publishers: Publishers, page: bytes) -> None:
    site = publishers.sites["jaeger"]
    site.pages["/charts/index.yaml"] = page
    assert "jaeger" not in publishers.find(), "a login page of the network is no chart"
    why = (
        f"{site.address}/charts/index.yaml: is not the index of a Helm repository: it has no `entries`"
        if page.startswith(b"<")
        else f"{site.address}/charts: has no chart 'jaeger'"
    )
    assert publishers.lines[-1].endswith(f"stand-ins: jaeger ({why})"), publishers.lines


@pytest.mark.parametrize("wanted", ["automatic", "official"])
def test_a_chart_whose_digest_differs_is_refused_and_no_stand_in_taken(publishers: Publishers, wanted: str) -> None:
    site = publishers.sites["kube-prometheus-stack"]
    url = f"/charts/files/{FILES['kube-prometheus-stack']}"
    stated = hashlib.sha256(site.pages[url]).hexdigest()
    site.pages[url] = other = ARCHIVES[FILES["grafana"]]
    with pytest.raises(LabError) as refused:
        publishers.find(wanted)
    assert str(refused.value) == (
        f"{site.address}{url}: is not what the repository's index states: its sha256 is "
        f"{hashlib.sha256(other).hexdigest()}, not {stated}. It is refused, and no stand-in takes its place. Ask who "
        "runs its source, or delete the file where it is one of yours; with ADDON_CHARTS=stand-ins the lab starts "
        "without it."
    )
    assert publishers.kept() == [], "nothing of it is kept"


@pytest.mark.parametrize("down", [["jaeger"]])
def test_official_without_network_is_an_error_with_the_fix(publishers: Publishers) -> None:
    with pytest.raises(LabError) as refused:
        publishers.find("official")
    host = publishers.sites["jaeger"].address.removeprefix("http://")
    assert str(refused.value) == (
        "ADDON_CHARTS 'official': all charts of addons have to come from there, and these cannot be had:\n"
        f"  jaeger {VERSIONS['jaeger']}: {host}: connection refused\n"
        "Look at the network or the address; or have NAME-VERSION.tgz of each in a folder and choose that, or choose "
        "'stand-ins'."
    )


def test_stand_ins_are_taken_without_asking_anybody(publishers: Publishers) -> None:
    assert publishers.find("stand-ins") == {}, "as chosen"
    assert (publishers.lines, publishers.asked()) == (["addon charts: stand-ins, as chosen"], [])


def test_a_mirror_takes_the_place_of_all_publishers(publishers: Publishers) -> None:
    mirror = HelmSite()
    mirror.add(ARCHIVES)
    with serving(mirror):
        assert publishers.find(f"{mirror.address}/charts/") == GIVEN, "one source for all four"
    assert publishers.lines[-1] == f"addon charts: from {mirror.address}/charts: {EVERY}"
    assert publishers.asked() == [], "the publishers are not asked"
    assert mirror.seen.count("/charts/index.yaml") == 2, "its index is read once for all, after it has answered"


def test_a_registry_takes_the_place_of_all_publishers(publishers: Publishers) -> None:
    registry = RegistrySite()
    registry.add(ARCHIVES)
    with serving(registry):
        assert publishers.find(f"{registry.address.replace('http:', 'oci:')}/istio") == GIVEN, "by its manifests"


def test_a_layer_of_a_registry_that_differs_from_its_manifest_is_refused(publishers: Publishers) -> None:
    registry = RegistrySite()
    registry.add(ARCHIVES)
    stated = hashlib.sha256(ARCHIVES[FILES["grafana"]]).hexdigest()
    registry.pages[f"/v2/istio/grafana/blobs/sha256:{stated}"] = b"other"
    with serving(registry), pytest.raises(LabError, match="is not what its manifest states"):
        publishers.find(f"{registry.address.replace('http:', 'oci:')}/istio")


def test_a_mirror_that_breaks_off_is_not_asked_for_the_other_charts(publishers: Publishers) -> None:
    mirror = BreaksOff()
    with serving(mirror), pytest.raises(LabError) as refused:
        publishers.find(mirror.address)
    told = f"{mirror.address}/index.yaml: does not answer (it broke off, or does not speak HTTP)"
    assert str(refused.value).count(told) == len(NAMES), "each chart has its reason"
    assert mirror.seen == ["/index.yaml", "/index.yaml"], "no storm of attempts"


class BreaksOff(Site):
    """A server that promises more than it sends, once it has been asked whether it answers."""

    def answer(self, path: str, _authorization: str) -> tuple[int, bytes, dict[str, str]]:
        """Two bytes of a hundred."""
        del path
        return 200, b"en", {"Content-Length": "100", "Connection": "close"}


def test_a_folder_takes_the_place_of_all_publishers(publishers: Publishers, tmp_path: Path) -> None:
    folder = tmp_path / "charts"
    folder.mkdir()
    for file, content in ARCHIVES.items():
        (folder / file).write_bytes(content)
    assert publishers.find(str(folder)) == GIVEN, "for machines without network"
    assert publishers.lines == [f"addon charts: from {folder}: {EVERY}"]


def test_a_folder_without_one_of_the_charts_is_refused(publishers: Publishers, tmp_path: Path) -> None:
    for name in NAMES[1:]:
        (tmp_path / FILES[name]).write_bytes(GIVEN[name])
    with pytest.raises(LabError) as refused:
        publishers.find(str(tmp_path))
    assert str(refused.value).splitlines()[1] == (
        f"  kube-prometheus-stack {VERSIONS['kube-prometheus-stack']}: there is no "
        f"{tmp_path / FILES['kube-prometheus-stack']}"
    ), "a user who names a folder does not want stand-ins beside it"


def test_a_file_of_a_folder_that_is_another_chart_is_refused(publishers: Publishers, tmp_path: Path) -> None:
    for name in NAMES:
        (tmp_path / FILES[name]).write_bytes(GIVEN["grafana"])
    with pytest.raises(LabError) as refused:
        publishers.find(str(tmp_path))
    assert str(refused.value).partition(". ")[0] == (
        f"{tmp_path}: {FILES['kube-prometheus-stack']} is no packaged chart"
    ), "Helm would say so only after the cluster has been asked"


def test_an_interrupted_download_leaves_whole_charts_only(
    publishers: Publishers, monkeypatch: pytest.MonkeyPatch
) -> None:
    def interrupted(self: HelmRepository, name: str, version: str) -> Archive:
        if name == NAMES[1]:
            raise KeyboardInterrupt
        return fetch(self, name, version)

    fetch = HelmRepository.fetch
    monkeypatch.setattr(HelmRepository, "fetch", interrupted)
    with pytest.raises(KeyboardInterrupt):
        publishers.find()
    assert publishers.kept() == [FILES[NAMES[0]], f"{FILES[NAMES[0]]}.sha256"], "what was finished stays"
    monkeypatch.setattr(HelmRepository, "fetch", fetch)
    assert publishers.find() == GIVEN, "and the next run goes on from there"
    assert publishers.sites[NAMES[0]].seen.count(f"/charts/files/{FILES[NAMES[0]]}") == 1, "without it"


@pytest.mark.usefixtures("layout")
def test_lab_up_tells_what_was_decided_and_hands_the_archives_to_the_lab(
    mesh: Mesh, publishers: Publishers, monkeypatch: pytest.MonkeyPatch
) -> None:
    given: list[object] = []

    def up(*_: object, addon_charts: object, **__: object) -> float:
        given.append(addon_charts)
        return 1.0

    def nothing(*_: object) -> None:
        """What needs a running lab."""

    tools = {"istio-charts": Tool("istio-charts", "1.29.1", Path(), Origin.MODULE)}
    monkeypatch.setattr("operations.lab.up.fetch", lambda: tools)
    monkeypatch.setattr("operations.lab.up.prepare_pulumi", nothing)
    monkeypatch.setattr("lab.cluster.up", up)
    done = mesh("lab", "up")
    assert (done.exit_code, given) == (0, [GIVEN]), done.stderr
    assert f"addon charts: official: {EVERY}" in done.stderr, "nobody has to guess what is deployed"
    assert mesh("lab", "up", ADDON_CHARTS="stand-ins").exit_code == 0
    assert given[1:] == [{}], "the environment's word counts"
    assert len(publishers.asked()) == 3 * len(NAMES), "and nobody is asked then"


@pytest.mark.parametrize("verb", [("lab", "up"), ("up",)])
def test_a_choice_that_is_none_is_refused_before_anything_is_built(mesh: Mesh, verb: tuple[str, ...]) -> None:
    done = mesh(*verb, ADDON_CHARTS="offical")
    assert (done.exit_code, done.stderr) == (
        1,
        "error: ADDON_CHARTS 'offical': is neither 'automatic', 'official' nor 'stand-ins', and no folder. Choose one "
        "of these, a folder with the charts, or the http(s):// or oci:// address of a mirror.\n",
    )


def test_an_address_with_a_login_is_refused_and_not_repeated(mesh: Mesh) -> None:
    done = mesh("lab", "up", "--addon-charts", "https://me:s3cret@charts.example.com")
    assert (done.exit_code, done.stderr) == (
        1,
        "error: ADDON_CHARTS: its address holds a login, which would show in lines of progress. Download the charts "
        "with `helm pull`, and name their folder.\n",
    )
