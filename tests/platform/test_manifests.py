"""How objects are registered that are written as data."""

import subprocess
import sys

import pulumi
import pytest

from components.platform.manifests import kubernetes_object, kubernetes_patch, kubernetes_secret
from tests.support.engine import Registration, run
from tests.support.stacks import ROOT

OPTIONS = pulumi.ResourceOptions()


def registered(api_version: str, kind: str, *, patch: bool = False) -> Registration:
    """An object of this kind, as it is asked for."""
    manifest = {"apiVersion": api_version, "kind": kind, "metadata": {"name": "one"}}
    register = kubernetes_patch if patch else kubernetes_object
    return run(lambda: register("it", manifest, OPTIONS)).named("it")


@pytest.mark.parametrize(
    ("api_version", "kind", "token"),
    [
        ("v1", "Service", "kubernetes:core/v1:Service"),
        ("apps/v1", "Deployment", "kubernetes:apps/v1:Deployment"),
        ("networking.istio.io/v1", "Gateway", "kubernetes:networking.istio.io/v1:Gateway"),
    ],
)
def test_an_object_has_the_type_that_the_sdk_gives_it(api_version: str, kind: str, token: str) -> None:
    assert registered(api_version, kind).type == token, "with another type, Pulumi would replace what is deployed"


def test_a_patch_has_a_type_of_its_own() -> None:
    assert registered("v1", "Namespace", patch=True).type == "kubernetes:core/v1:NamespacePatch", (
        "as an object of its own it would take the namespace over"
    )


def test_an_object_is_asked_for_as_its_manifest_says() -> None:
    assert registered("v1", "ServiceAccount").inputs == {
        "apiVersion": "v1",
        "kind": "ServiceAccount",
        "metadata": {"name": "one"},
    }, "what a builder returns is what the cluster gets"


def test_the_content_of_a_secret_is_marked_as_secret() -> None:
    manifest = {"apiVersion": "v1", "kind": "Secret", "metadata": {"name": "one"}, "stringData": {"key": "clear"}}
    found = run(lambda: kubernetes_secret("it", manifest, OPTIONS)).named("it")
    assert found.inputs["stringData"] == "[secret]", "it would lie in the state in clear"


def test_the_program_imports_no_class_of_the_sdk_for_single_kinds() -> None:
    look = "import sys, components.service_mesh; print([name for name in sys.modules if name in sys.argv[1:]])"
    heavy = ["pulumi_kubernetes.core.v1", "pulumi_kubernetes.helm.v3", "pulumi_kubernetes.admissionregistration.v1"]
    done = subprocess.run([sys.executable, "-c", look, *heavy], capture_output=True, text=True, check=True, cwd=ROOT)
    assert done.stdout == "[]\n", "each imports hundreds of classes, which took a third of every start"
