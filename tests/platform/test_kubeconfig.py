"""Which cluster is meant, by kubectl's rules."""

from pathlib import Path
from typing import Any

import pytest
import yaml

from components.platform.kubeconfig import ClusterError, resolve_cluster
from components.platform.settings import ClusterSettings


def kubeconfig(*, context: str = "one", server: str | None = "https://one.example.com:6443/", current: str = "") -> Any:
    """A small kubeconfig with one context."""
    return {
        "current-context": current,
        "contexts": [{"name": context, "context": {"cluster": f"{context}-cluster", "user": "me"}}],
        "clusters": [{"name": f"{context}-cluster", "cluster": {"server": server} if server else {}}],
        "users": [{"name": "me", "user": {"token": "t0ken"}}],
    }


def written(folder: Path, name: str, content: object) -> str:
    """The path of a file with `content` as YAML, or as it is when it is text."""
    path = folder / name
    path.write_text(content if isinstance(content, str) else yaml.safe_dump(content), encoding="utf-8")
    return str(path)


def refusal(settings: ClusterSettings, environment: dict[str, str]) -> str:
    """The line that is shown when no cluster is found."""
    with pytest.raises(ClusterError) as raised:
        resolve_cluster(settings, environment)
    return raised.value.problem.line("S")


def test_the_context_of_the_stack_wins_over_the_current_one(tmp_path: Path) -> None:
    both = kubeconfig(context="one", current="one")
    other = kubeconfig(context="two", server="https://two.example.com")
    for section in ("contexts", "clusters", "users"):
        both[section] += other[section]
    found = resolve_cluster(ClusterSettings(context="two"), {"KUBECONFIG": written(tmp_path, "config", both)})
    assert (found.context, found.server) == ("two", "https://two.example.com"), "a stack is for one cluster"


def test_without_a_context_the_current_one_is_made_explicit(tmp_path: Path) -> None:
    path = written(tmp_path, "config", kubeconfig(current="one"))
    found = resolve_cluster(ClusterSettings(), {"KUBECONFIG": path})
    assert found.context == "one", "the provider must keep this context when the current one is switched"


def test_the_kubeconfig_of_the_stack_wins_over_the_environment(tmp_path: Path) -> None:
    path = written(tmp_path, "mine", kubeconfig(current="one"))
    found = resolve_cluster(ClusterSettings(kubeconfig=path), {"KUBECONFIG": "/nowhere"})
    assert found.configured_kubeconfig == path, "only what the stack names is given to the provider"


def test_of_several_kubeconfigs_the_first_that_has_a_name_wins(tmp_path: Path) -> None:
    first = written(tmp_path, "a", kubeconfig(current="one", server="https://first.example.com"))
    second = written(tmp_path, "b", kubeconfig(current="one", server="https://second.example.com"))
    missing = str(tmp_path / "missing")
    found = resolve_cluster(ClusterSettings(), {"KUBECONFIG": f"{missing}:{first}:{second}"})
    assert found.server == "https://first.example.com", "kubectl merges in this order, and skips missing files"


def test_without_anything_the_default_file_of_the_home_is_used(tmp_path: Path) -> None:
    (tmp_path / ".kube").mkdir()
    written(tmp_path / ".kube", "config", kubeconfig(current="one"))
    assert resolve_cluster(ClusterSettings(), {"HOME": str(tmp_path)}).context == "one", "as kubectl does"


def test_a_missing_kubeconfig_of_the_stack_is_named(tmp_path: Path) -> None:
    path = str(tmp_path / "gone")
    assert refusal(ClusterSettings(kubeconfig=path), {}) == (
        f"S: mesh.cluster.kubeconfig: there is no file '{path}'. Correct the path. [MESH-401]"
    ), "the setting itself is wrong"


def test_no_kubeconfig_at_all_names_what_was_looked_for(tmp_path: Path) -> None:
    assert refusal(ClusterSettings(), {"HOME": str(tmp_path)}) == (
        f"S: mesh.cluster: no kubeconfig: KUBECONFIG is not set and there is no default file: {tmp_path}/.kube/config. "
        "Start a cluster, for example the lab with `./mesh lab up`, or set cluster.kubeconfig to a kubeconfig. "
        "[MESH-401]"
    ), "a first-time user has no cluster yet"


def test_a_wrong_kubeconfig_of_the_environment_is_named() -> None:
    assert refusal(ClusterSettings(), {"KUBECONFIG": "/nowhere/config"}) == (
        "S: mesh.cluster: no kubeconfig: KUBECONFIG names /nowhere/config, not a file. "
        "Start a cluster, for example the lab with `./mesh lab up`, or set cluster.kubeconfig to a kubeconfig. "
        "[MESH-401]"
    ), "the variable of the shell is what is wrong"


def test_a_file_that_is_no_yaml_is_named_without_its_content(tmp_path: Path) -> None:
    path = written(tmp_path, "config", "token: hunter2\n\t- x")
    assert refusal(ClusterSettings(), {"KUBECONFIG": path}) == (
        f"S: mesh.cluster: {path} is not YAML at line 2. Correct the file, or name another kubeconfig. [MESH-402]"
    ), "the text around the mistake may be a secret"


@pytest.mark.parametrize("content", ["just text", "- a\n- list"])
def test_a_file_that_is_no_kubeconfig_is_named(tmp_path: Path, content: str) -> None:
    path = written(tmp_path, "config", content)
    assert refusal(ClusterSettings(kubeconfig=path), {}) == (
        f"S: mesh.cluster.kubeconfig: {path} is not a kubeconfig, which is a map with clusters, contexts and users. "
        "Name another kubeconfig. [MESH-402]"
    ), "any YAML file can be named by mistake"


def test_a_binary_file_is_refused_without_a_traceback(tmp_path: Path) -> None:
    path = tmp_path / "config"
    path.write_bytes(b"\xff\xfe\x00")
    assert refusal(ClusterSettings(), {"KUBECONFIG": str(path)}) == (
        f"S: mesh.cluster: {path} cannot be read (UnicodeDecodeError). Correct the file. [MESH-402]"
    ), "an archive can be named by mistake"


def test_an_unknown_context_is_named_with_the_known_ones(tmp_path: Path) -> None:
    path = written(tmp_path, "config", kubeconfig())
    assert refusal(ClusterSettings(context="prod"), {"KUBECONFIG": path}) == (
        f"S: mesh.cluster.context: there is no context 'prod' in {path}, which has: one. "
        "Choose one of these, or add it to the kubeconfig. [MESH-403]"
    ), "the right name is usually among them"


def test_a_kubeconfig_without_a_current_context_asks_for_one(tmp_path: Path) -> None:
    path = written(tmp_path, "config", kubeconfig(current=""))
    assert refusal(ClusterSettings(), {"KUBECONFIG": path}) == (
        f"S: mesh.cluster.context: {path} has no current context. Name a context here. [MESH-403]"
    ), "nothing else can choose the cluster"


def test_a_cluster_without_a_server_is_refused(tmp_path: Path) -> None:
    path = written(tmp_path, "config", kubeconfig(current="one", server=None))
    assert refusal(ClusterSettings(), {"KUBECONFIG": path}) == (
        f"S: mesh.cluster.context: the cluster 'one-cluster' of context 'one' has no server in {path}. "
        "Correct the kubeconfig: `kubectl config view` shows it. [MESH-402]"
    ), "client-go would fall back to localhost:8080"
