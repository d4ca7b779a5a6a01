"""`mesh charts vendor`: charts of every kind of source as verified files, or none at all."""

import hashlib
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.operations.charts.conftest import FILES, VERSION, Stack, chart
from tests.operations.charts.servers import HelmSite, RegistrySite, Site, serving
from tests.operations.conftest import Mesh

Archives = dict[str, bytes]


def kept(folder: Path) -> dict[str, bytes]:
    """The content of the folder of charts."""
    return {path.name: path.read_bytes() for path in folder.glob("charts/*")}


@pytest.fixture
def repository(archives: Archives) -> Iterator[HelmSite]:
    """A Helm repository with the three charts, and an older istiod."""
    site = HelmSite()
    site.add(archives, {"istiod": ["1.28.0", "1.29.0", "1.29.2", "1.30.0-rc.1", "1.30.3"]})
    with serving(site):
        yield site


@pytest.fixture
def registry(archives: Archives) -> Iterator[RegistrySite]:
    """A registry with the three charts."""
    site = RegistrySite()
    site.add(archives)
    with serving(site):
        yield site


def oci(site: Site) -> str:
    """The address of the charts in a registry."""
    return f"{site.address.replace('http:', 'oci:')}/istio"


def test_the_charts_of_a_repository_are_written_under_helms_names(
    mesh: Mesh, stack: Stack, repository: HelmSite, archives: Archives, tmp_path: Path
) -> None:
    stack(repository=f"{repository.address}/charts")
    done = mesh("charts", "vendor")
    assert (done.exit_code, done.stdout) == (0, "".join(f"charts/{file}\n" for file in FILES)), done.stderr
    assert kept(tmp_path) == archives, "the archives as they were served, and nothing beside them"
    assert "istio.charts: {folder: charts} in Pulumi.dev.yaml" in done.stderr, "what to do with them is told"


def test_the_charts_of_a_registry_are_fetched_with_a_token_for_nobody(
    mesh: Mesh, stack: Stack, registry: RegistrySite, archives: Archives, tmp_path: Path
) -> None:
    stack(oci=oci(registry))
    assert mesh("charts", "vendor").exit_code == 0
    assert kept(tmp_path) == archives, "the layers that are charts"
    token = "/token?scope=repository%3Aistio%2Fistiod%3Apull&service=registry.test"
    assert registry.seen.count(token) == 1, f"one token for each repository: {registry.seen}"


def test_the_charts_of_a_folder_are_copied(mesh: Mesh, stack: Stack, archives: Archives, tmp_path: Path) -> None:
    (tmp_path / "source").mkdir()
    for file, content in archives.items():
        (tmp_path / "source" / file).write_bytes(content)
    stack(folder="source")
    assert mesh("charts", "vendor", "--to", str(tmp_path / "charts")).exit_code == 0
    assert kept(tmp_path) == archives, "a folder is relative to the project"


def test_an_archive_that_differs_from_the_index_is_refused(
    mesh: Mesh, stack: Stack, repository: HelmSite, archives: Archives, tmp_path: Path
) -> None:
    url = f"/charts/files/gateway-{VERSION}.tgz"
    repository.pages[url] = other = chart("gateway", more="description: exchanged\n")
    stack(repository=f"{repository.address}/charts")
    stated, found = (hashlib.sha256(one).hexdigest() for one in (archives[FILES[2]], other))
    done = mesh("charts", "vendor")
    assert (done.exit_code, done.stderr.splitlines()[-1]) == (
        1,
        f"error: {repository.address}{url}: is not what the repository's index states: its sha256 is {found}, not "
        f"{stated}. Nothing was kept. Try again; if it stays so, ask who runs the repository.",
    )
    assert kept(tmp_path) == {}, "the charts before it are not kept either"


def test_a_layer_that_differs_from_its_manifest_is_refused(
    mesh: Mesh, stack: Stack, registry: RegistrySite, archives: Archives, tmp_path: Path
) -> None:
    stated = hashlib.sha256(archives[FILES[0]]).hexdigest()
    registry.pages[f"/v2/istio/base/blobs/sha256:{stated}"] = other = chart("base", more="a: b\n")
    stack(oci=oci(registry))
    done = mesh("charts", "vendor")
    assert (done.exit_code, done.stderr) == (
        1,
        f"error: {oci(registry)}/base: version {VERSION} is not what its manifest states: its sha256 is "
        f"{hashlib.sha256(other).hexdigest()}, not {stated}. Nothing was kept. Try again; if it stays so, ask who runs "
        "the registry.\n",
    )
    assert kept(tmp_path) == {}, "nothing is kept"


def test_a_manifest_that_differs_from_what_the_registry_states_is_refused(
    mesh: Mesh, stack: Stack, registry: RegistrySite
) -> None:
    registry.headers = {"Docker-Content-Digest": "sha256:0"}
    stack(oci=oci(registry))
    found = hashlib.sha256(registry.pages[f"/v2/istio/base/manifests/{VERSION}"]).hexdigest()
    assert mesh("charts", "vendor").stderr == (
        f"error: {oci(registry)}/base: the manifest of version {VERSION} is not what the registry states: its sha256 "
        f"is {found}, not 0. Nothing was kept. Try again; if it stays so, ask who runs the registry.\n"
    )


def test_an_unknown_version_of_a_repository_is_told_with_the_nearest(
    mesh: Mesh, stack: Stack, repository: HelmSite, archives: Archives
) -> None:
    base = chart("base", "1.30.1")
    repository.add({**archives, "base-1.30.1.tgz": base}, {"istiod": ["1.28.0", "1.29.2", "1.30.0-rc.1", "1.30.3"]})
    stack("1.30.1", repository=f"{repository.address}/charts")
    assert mesh("charts", "vendor").stderr.splitlines()[-1] == (
        f"error: {repository.address}/charts: has no istiod 1.30.1. The nearest versions that it has: 1.30.3, 1.29.2, "
        "1.29.1, 1.28.0. Choose one of them in istio.version of the stack file."
    ), "candidates for releases are not offered"


def test_an_unknown_version_of_a_registry_is_told_with_the_nearest(
    mesh: Mesh, stack: Stack, registry: RegistrySite
) -> None:
    stack("1.29.9", oci=oci(registry))
    assert mesh("charts", "vendor").stderr == (
        f"error: {oci(registry)}: has no base 1.29.9. The nearest versions that it has: 1.29.1, 1.28.3. Choose one of "
        "them in istio.version of the stack file.\n"
    )


def test_an_unknown_version_of_a_folder_is_told_with_the_nearest(mesh: Mesh, stack: Stack, tmp_path: Path) -> None:
    (tmp_path / "base-1.28.3.tgz").touch()
    stack(folder=".")
    assert mesh("charts", "vendor").stderr == (
        f"error: {tmp_path}: has no base-1.29.1.tgz. The nearest versions that it has: 1.28.3. Choose one of them in "
        "istio.version of the stack file, or put the chart there.\n"
    )


def test_a_repository_that_does_not_answer_is_told(mesh: Mesh, stack: Stack, tmp_path: Path) -> None:
    with serving(Site()) as site:
        pass
    stack(repository=site.address)
    assert mesh("charts", "vendor").stderr == (
        f"error: {site.address}/index.yaml: does not answer (connection refused). Check the address in istio.charts "
        "and the network; without network, copy the charts from a machine that has one, and use istio.charts.folder.\n"
    )
    assert kept(tmp_path) == {}, "nothing is written"


@pytest.mark.parametrize(
    ("page", "told"),
    [
        (
            None,
            "answers with status 404. Correct istio.charts.repository of the stack file; where a login is needed, "
            "download with `helm pull` and use istio.charts.folder.",
        ),
        (b"entries: {", "is not the index of a Helm repository: it is not YAML. Correct istio.charts.repository."),
        (b"<html>", "is not the index of a Helm repository: it has no `entries`. Correct istio.charts.repository."),
    ],
)
def test_an_address_that_is_no_repository_is_told(mesh: Mesh, stack: Stack, page: bytes | None, told: str) -> None:
    site = Site()
    site.pages = {} if page is None else {"/index.yaml": page}
    with serving(site):
        stack(repository=site.address)
        assert mesh("charts", "vendor").stderr == f"error: {site.address}/index.yaml: {told}\n"


def test_a_registry_that_wants_a_login_is_told(mesh: Mesh, stack: Stack) -> None:
    with serving(RegistrySite(private=True)) as site:
        stack(oci=oci(site))
        assert mesh("charts", "vendor").stderr == (
            f"error: {oci(site)}: wants a login for istio/base. Download with `helm registry login` and `helm pull`, "
            "and use istio.charts.folder.\n"
        )


@pytest.mark.parametrize(
    ("content", "what"),
    [
        (b"<html>Please sign in</html>", "no packaged chart"),
        (b"", "no packaged chart"),
        (chart("base", "1.28.3"), "the chart base 1.28.3"),
        (chart("base")[:-30], "no packaged chart"),
    ],
)
def test_a_file_that_is_not_the_chart_of_its_name_is_refused(
    mesh: Mesh, stack: Stack, tmp_path: Path, content: bytes, what: str
) -> None:
    (tmp_path / FILES[0]).write_bytes(content)
    stack(folder=".")
    assert mesh("charts", "vendor").stderr == (
        f"error: {tmp_path}: {FILES[0]} is {what}. Nothing was kept. Correct the source in the stack file.\n"
    )


def test_a_stack_file_with_mistakes_is_told_before_anything_is_fetched(mesh: Mesh, stack: Stack) -> None:
    stack("latest", folder="nowhere")
    done = mesh("charts", "vendor")
    assert done.exit_code == 1, "no version, no charts"
    assert "mesh.istio.version: 'latest' is not a full version" in done.stderr, done.stderr
