"""The provider that every resource goes through."""

import pytest

from components.platform.provider import cluster_provider
from tests.support.access import access
from tests.support.engine import Registration, run


def provider(configured: str | None = None) -> Registration:
    """The provider of a cluster, as it is asked for."""
    recorder = run(lambda: cluster_provider(access(context="prod", configured=configured)))
    return recorder.named("cluster")


def test_the_context_is_explicit_and_decides_when_a_cluster_is_another_one() -> None:
    inputs = provider().inputs
    assert (inputs["context"], inputs["clusterIdentifier"]) == ("prod", "prod"), (
        "a switched current context must not move the stack, a new token must not replace the mesh"
    )


def test_no_path_of_this_machine_reaches_the_state(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("KUBECONFIG", "/home/somebody/.kube/config")
    assert provider().inputs["kubeconfig"] == "", "the next machine would see a change of the provider"


def test_the_kubeconfig_of_the_stack_is_used_as_it_is_written() -> None:
    assert provider("~/.kube/prod").inputs["kubeconfig"] == "~/.kube/prod", "the provider expands it on each machine"
