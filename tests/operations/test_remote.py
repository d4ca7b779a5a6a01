"""`mesh up --context`: a cluster of the user's own, and what is told before anything is changed."""

from collections.abc import Iterable
from pathlib import Path

import pytest

from operations.remote import remote_target, target_folder
from tests.operations.conftest import Mesh

KUBECONFIG = "apiVersion: v1\nkind: Config\ncontexts:\n- name: one\n- name: two\n"


@pytest.fixture(autouse=True)
def no_tools(monkeypatch: pytest.MonkeyPatch) -> None:
    """None of these errors needs a tool; building them takes minutes."""

    def fetch(_names: Iterable[str] = ()) -> None:
        pytest.fail("the error must be told before any tool is built")

    monkeypatch.setattr("operations.up.fetch", fetch)


@pytest.fixture
def kubeconfig(tmp_path: Path) -> Path:
    """A kubeconfig with the contexts one and two."""
    path = tmp_path / "kubeconfig"
    path.write_text(KUBECONFIG)
    return path


def test_a_missing_kubeconfig_is_told(mesh: Mesh, tmp_path: Path) -> None:
    path = tmp_path / "nowhere"
    done = mesh("up", "--context", "one", KUBECONFIG=str(path))
    assert (done.exit_code, done.stdout, done.stderr) == (
        1,
        "",
        f"error: kubeconfig {path}: there is no such file. Set KUBECONFIG to the file of your cluster.\n",
    )


def test_without_the_variable_the_kubeconfig_of_the_home_is_meant(mesh: Mesh, tmp_path: Path) -> None:
    done = mesh("up", "--context", "one", HOME=str(tmp_path))
    assert done.stderr.startswith(f"error: kubeconfig {tmp_path}/.kube/config: there is no such file."), done.stderr


@pytest.mark.parametrize("content", [b"contexts: {", b"- a list", b"", b"contexts: [{}]", b"contexts: 1", b"\xff\xfe"])
def test_a_file_that_is_no_kubeconfig_is_told(mesh: Mesh, kubeconfig: Path, content: bytes) -> None:
    kubeconfig.write_bytes(content)
    done = mesh("up", "--context", "one", KUBECONFIG=str(kubeconfig))
    assert (done.exit_code, done.stderr) == (
        1,
        f"error: kubeconfig {kubeconfig}: is not a kubeconfig. Set KUBECONFIG to the file of your cluster.\n",
    )


def test_a_context_that_is_not_there_is_told_with_those_there_are(mesh: Mesh, kubeconfig: Path) -> None:
    done = mesh("up", "--context", "three", KUBECONFIG=str(kubeconfig))
    assert (done.exit_code, done.stderr) == (
        1,
        f"error: context 'three': {kubeconfig} has no such context. Choose one of: one, two.\n",
    )


def test_with_nobody_to_ask_nothing_is_changed(mesh: Mesh, kubeconfig: Path) -> None:
    done = mesh("up", "--context", "one", KUBECONFIG=str(kubeconfig))
    assert (done.exit_code, done.stderr) == (
        1,
        f"Stack 'dev' is about to be deployed to context 'one' of {kubeconfig}.\n"
        "error: nobody is there to be asked, and nothing was changed. Add --yes (with make: YES=1).\n",
    )


def test_a_stack_without_a_file_is_told_first(mesh: Mesh, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("operations.up.CHECKOUT", tmp_path)
    (tmp_path / "Pulumi.prod.yaml").touch()
    done = mesh("up", "--stack", "no-such-stack")
    assert (done.exit_code, done.stderr) == (
        1,
        "error: Pulumi.no-such-stack.yaml: there is no such stack file. The stacks here are: prod. [MESH-001]\n",
    )


def test_a_folder_of_charts_that_is_not_there_is_told(mesh: Mesh, kubeconfig: Path) -> None:
    done = mesh("up", "--context", "one", "--charts", "/no/charts", KUBECONFIG=str(kubeconfig))
    assert (done.exit_code, done.stderr) == (
        1,
        "error: charts /no/charts: there is no such folder. Name the one that holds istiod-VERSION.tgz.\n",
    )


def test_a_context_to_which_nothing_was_deployed_has_no_environment(mesh: Mesh) -> None:
    done = mesh("env", "--context", "never-used")
    assert (done.exit_code, done.stdout, done.stderr) == (
        1,
        "",
        "error: nothing was deployed to context 'never-used' from here. Run 'make up CONTEXT=never-used' first.\n",
    )


def test_of_a_remote_stack_only_the_cluster_differs(kubeconfig: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("KUBECONFIG", str(kubeconfig))
    assert remote_target("two").replacements == {"cluster": {"context": "two", "kubeconfig": str(kubeconfig)}}


def test_charts_and_version_are_replaced_when_they_are_named(
    kubeconfig: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("KUBECONFIG", str(kubeconfig))
    target = remote_target("two", charts=str(tmp_path), istio_version="1.29.1")
    assert target.replacements["istio.charts"] == {"folder": str(tmp_path)}
    assert target.replacements["istio.version"] == "1.29.1"


def test_the_contexts_of_several_files_are_known(
    kubeconfig: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "second").write_text("contexts: [{name: far}]")
    monkeypatch.setenv("KUBECONFIG", f"{kubeconfig}:{tmp_path / 'second'}")
    assert remote_target("far").kubeconfig == f"{kubeconfig}:{tmp_path / 'second'}", "kubectl reads them as one"


def test_a_context_never_leads_out_of_the_folder_of_clusters() -> None:
    folder = target_folder("arn:aws:eks/../../my cluster")
    assert folder.name == "arn_aws_eks_.._.._my_cluster", "a name is a name, whatever is in it"
