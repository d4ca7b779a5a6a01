"""What is found out before anything is registered."""

from pathlib import Path

import pulumi
import pytest
import yaml

from components.platform import preflight as module
from components.platform.kubeconfig import ClusterAccess
from components.platform.preflight import chart_problems, preflight
from components.platform.settings import ChartsSettings, IstioSettings
from tests.support.servers import answering, greeting_with
from tests.support.stacks import demo_with


def istio(**charts: str) -> IstioSettings:
    """Istio from one source of charts."""
    return IstioSettings(version="1.30.3", charts=ChartsSettings.model_validate(charts))


def lines(settings: IstioSettings) -> list[str]:
    """The problems of a source of charts, as they are shown."""
    return [problem.line("S") for problem in chart_problems(settings)]


def test_a_folder_with_all_charts_of_the_version_is_accepted(tmp_path: Path) -> None:
    for name in ("base", "istiod", "gateway"):
        (tmp_path / f"{name}-1.30.3.tgz").touch()
    assert lines(istio(folder=str(tmp_path))) == [], "this is what a machine without network has"


def test_a_folder_that_lacks_charts_is_told_which(tmp_path: Path) -> None:
    (tmp_path / "base-1.30.3.tgz").touch()
    (tmp_path / "istiod-1.29.1.tgz").touch()
    assert lines(istio(folder=str(tmp_path))) == [
        f"S: mesh.istio.charts.folder: '{tmp_path}' lacks istiod-1.30.3.tgz, gateway-1.30.3.tgz. Fetch them there, for "
        "example with `helm pull istiod --version 1.30.3 --repo https://istio-release.storage.googleapis.com/charts`. "
        "[MESH-406]"
    ], "a chart of another version is as good as none"


def test_a_folder_that_is_not_there_is_named(tmp_path: Path) -> None:
    path = f"{tmp_path}/charts"
    assert lines(istio(folder=path)) == [
        f"S: mesh.istio.charts.folder: there is no folder '{path}'. Correct the path. [MESH-406]"
    ], "the provider would take the path for the name of a repository"


def test_a_repository_with_an_index_is_accepted() -> None:
    with answering("/charts/index.yaml", body=b"apiVersion: v1") as (address, _):
        assert lines(istio(repository=f"{address}/charts/")) == [], "that is all that can be told cheaply"


def test_an_address_without_an_index_is_no_repository() -> None:
    with answering("/index.yaml") as (address, _):
        assert lines(istio(repository=f"{address}/charts")) == [
            f"S: mesh.istio.charts.repository: {address}/charts/index.yaml answers with status 404, so that this is no "
            "Helm repository, or one that asks for a login. Correct the address, or without network use charts on "
            "disk: istio.charts.folder. [MESH-407]"
        ], "the provider would only say that the chart was not found"


def test_a_repository_that_does_not_answer_points_to_charts_on_disk() -> None:
    with answering("/") as (address, _):
        pass
    assert lines(istio(repository=address)) == [
        f"S: mesh.istio.charts.repository: {address}/index.yaml does not answer (connection refused). Correct the "
        "address, or without network use charts on disk: istio.charts.folder. [MESH-407]"
    ], "an air gap is the usual reason"


@pytest.mark.parametrize(("greeting", "reason"), [(b"220 smtp\r\n", "does not speak HTTP"), (b"", "broke off")])
def test_something_that_is_no_web_server_is_told(greeting: bytes, reason: str) -> None:
    with greeting_with(greeting) as address:
        (line,) = lines(istio(repository=address))
    assert f"does not answer (it {reason}" in line, "another program may listen on the port by now"


def test_an_oci_registry_is_not_asked() -> None:
    assert lines(istio(oci="oci://127.0.0.1:1/istio")) == [], "registries need a login that only the provider has"


def test_cluster_and_charts_are_reported_together(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("KUBECONFIG", str(tmp_path / "missing"))
    settings = demo_with("istio.charts", {"folder": str(tmp_path)})
    with pytest.raises(pulumi.RunError) as raised:
        preflight(settings, "Pulumi.dev.yaml")
    paths = [line.split(": ")[1] for line in str(raised.value).splitlines()]
    assert paths == ["mesh.cluster", "mesh.istio.charts.folder"], "one run tells everything"


@pytest.mark.parametrize(
    ("answer", "warnings"),
    [
        ('{"major": "1", "minor": "35"}', []),
        (
            '{"major": "1", "minor": "37"}',
            [
                "The cluster runs Kubernetes 1.37, but Istio 1.30.3 was tested up to 1.36. It may work; a newer Istio "
                "is the safer choice."
            ],
        ),
        (
            "{}",
            [
                "The Kubernetes version of context 'lab' was not compared with Istio 1.30.3: its API server does not "
                "tell it to this check, which runs no plug-ins for signing in and uses no proxy of the kubeconfig. "
                "`./mesh precheck` asks through kubectl."
            ],
        ),
    ],
)
def test_a_reachable_cluster_with_its_charts_is_returned(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, answer: str, warnings: list[str]
) -> None:
    said: list[str] = []
    monkeypatch.setattr(module.pulumi.log, "warn", said.append)
    for name in ("base", "istiod", "gateway"):
        (tmp_path / f"{name}-1.30.3.tgz").touch()
    with answering("/version", body=answer.encode()) as (address, _):
        kubeconfig = {
            "current-context": "lab",
            "contexts": [{"name": "lab", "context": {"cluster": "lab"}}],
            "clusters": [{"name": "lab", "cluster": {"server": address}}],
        }
        (tmp_path / "config").write_text(yaml.safe_dump(kubeconfig), encoding="utf-8")
        monkeypatch.setenv("KUBECONFIG", str(tmp_path / "config"))
        found = preflight(demo_with("istio.charts", {"folder": str(tmp_path)}), "Pulumi.dev.yaml")
    assert found.context == "lab", "the provider is bound to this context"
    assert said == warnings, "a Kubernetes newer than tested, and one that nobody looked at, are worth a word"


def test_a_kubernetes_that_is_too_old_stops_the_program(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:

    def old(_access: ClusterAccess) -> tuple[int, int]:
        return 1, 29

    monkeypatch.setattr(module, "kubernetes_version", old)
    (tmp_path / "config").write_text(
        '{"current-context": "a", "contexts": [{"name": "a", "context": {"cluster": "a"}}], '
        '"clusters": [{"name": "a", "cluster": {"server": "https://a"}}]}',
        encoding="utf-8",
    )
    monkeypatch.setenv("KUBECONFIG", str(tmp_path / "config"))
    with pytest.raises(pulumi.RunError) as raised:
        preflight(demo_with("istio.charts", {"oci": "oci://registry.example.com/istio"}), "Pulumi.dev.yaml")
    assert str(raised.value) == (
        "Pulumi.dev.yaml: mesh.istio.version: Istio 1.30.3 needs Kubernetes 1.32 or newer, but the cluster runs 1.29. "
        "Upgrade the cluster. [MESH-405]"
    ), "a mesh must not be half installed on it"
