"""What the API server is asked, and what its answer leads to."""

import json
import socket
from dataclasses import replace
from pathlib import Path

import pytest

from components.platform.cluster import kubernetes_version, version_problem, version_warning
from components.platform.kubeconfig import ClusterError, Entry
from tests.support.access import access
from tests.support.servers import answering


def answer(major: str, minor: str) -> bytes:
    """What an API server says about its version."""
    return json.dumps({"major": major, "minor": minor, "gitVersion": f"v{major}.{minor}.1"}).encode()


@pytest.mark.parametrize("minor", ["34", "34+"])
def test_the_version_is_what_the_server_reports(minor: str) -> None:
    with answering("/version", body=answer("1", minor)) as (address, _):
        assert kubernetes_version(access(server=address)) == (1, 34), "some providers add a sign to the number"


def test_the_token_of_the_user_is_sent() -> None:
    user = Entry(values={"token": "t0ken"}, folder=Path())
    with answering("/version", body=answer("1", "34")) as (address, seen):
        kubernetes_version(replace(access(server=address), user=user))
    assert seen == ["Bearer t0ken"], "some clusters answer nobody else"


def test_the_token_of_a_file_beside_the_kubeconfig_is_sent(tmp_path: Path) -> None:
    (tmp_path / "token").write_text("from-file\n", encoding="utf-8")
    user = Entry(values={"tokenFile": "token"}, folder=tmp_path)
    with answering("/version", body=answer("1", "34")) as (address, seen):
        kubernetes_version(replace(access(server=address), user=user))
    assert seen == ["Bearer from-file"], "paths of a kubeconfig are relative to it"


@pytest.mark.parametrize("status", [401, 403])
def test_a_server_that_wants_other_credentials_is_left_to_the_provider(status: int) -> None:
    with answering("/version", status=status) as (address, _):
        assert kubernetes_version(access(server=address)) is None, "the provider can run credential plug-ins"


def test_an_answer_that_is_no_version_is_left_to_the_provider() -> None:
    with answering("/version", body=b"<html>") as (address, _):
        assert kubernetes_version(access(server=address)) is None, "a check must not fail where the provider would not"


def test_a_cluster_behind_a_proxy_of_the_kubeconfig_is_left_to_the_provider() -> None:
    cluster = Entry(values={"proxy-url": "socks5://proxy.example.com"}, folder=Path())
    assert kubernetes_version(replace(access(server="http://127.0.0.1:1"), cluster=cluster)) is None, (
        "its address is not reachable directly, which is no mistake"
    )


def test_a_proxy_of_the_environment_is_not_used_for_loopback(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("http_proxy", "http://127.0.0.1:1")
    with answering("/version", body=answer("1", "34")) as (address, _):
        assert kubernetes_version(access(server=address)) == (1, 34), "kubectl goes to local clusters directly"


def test_a_server_that_is_not_there_is_named_with_context_kubeconfig_and_fix() -> None:
    with socket.socket() as unused:
        unused.bind(("127.0.0.1", 0))
        server = f"http://127.0.0.1:{unused.getsockname()[1]}"
    with pytest.raises(ClusterError) as raised:
        kubernetes_version(access(server=server))
    assert raised.value.problem.line("S") == (
        f"S: mesh.cluster: the cluster of context 'test-context' does not answer at {server} (connection refused); "
        "the address is from the kubeconfig. Start a cluster, for example the lab with `./mesh lab up`, or choose "
        "another context in cluster.context. [MESH-404]"
    ), "the engine would only say that the configured cluster is unreachable"


def test_a_certificate_that_cannot_be_read_is_named() -> None:
    cluster = Entry(values={"certificate-authority-data": "%%%"}, folder=Path())
    with pytest.raises(ClusterError) as raised:
        kubernetes_version(replace(access(server="https://127.0.0.1:1"), cluster=cluster))
    assert raised.value.problem.rule == (
        "certificate-authority of context 'test-context' in the kubeconfig cannot be read"
    ), "a kubeconfig is often put together by hand"


@pytest.mark.parametrize(
    ("istio", "kubernetes", "fix"),
    [
        ("1.30.3", (1, 31), "Upgrade the cluster, or choose Istio 1.29"),
        ("1.30.3", (1, 30), "Upgrade the cluster, or choose Istio 1.28"),
        ("1.28.0", (1, 25), "Upgrade the cluster"),
    ],
)
def test_a_kubernetes_that_is_too_old_is_refused(istio: str, kubernetes: tuple[int, int], fix: str) -> None:
    problem = version_problem(istio, kubernetes)
    assert problem is not None, "Istio's own installer would fail later, or half-way"
    assert problem.problem.fix == fix, "an older Istio that fits is the quicker way out"


@pytest.mark.parametrize("kubernetes", [(1, 32), (1, 36)])
def test_both_ends_of_the_tested_range_are_accepted(kubernetes: tuple[int, int]) -> None:
    assert version_problem("1.30.3", kubernetes) is None, "Istio was tested with it"
    assert version_warning("1.30.3", kubernetes) is None, "a warning about nothing is soon not read any more"


def test_a_kubernetes_that_is_newer_than_tested_only_warns() -> None:
    assert version_problem("1.30.3", (1, 37)) is None, "a new Kubernetes mostly works"
    assert version_warning("1.30.3", (1, 37)) == (
        "The cluster runs Kubernetes 1.37, but Istio 1.30.3 was tested up to 1.36. It may work; a newer Istio is the "
        "safer choice."
    ), "a managed cluster upgrades itself, and that must not block a deployment"
