"""The committed prod stack on the lab, from nothing to destroyed."""

from collections.abc import Iterator

import pytest

from tests.lab.conftest import Lab, deployed

pytestmark = pytest.mark.lab


@pytest.fixture(scope="module")
def prod(lab: Lab) -> Iterator[Lab]:
    """The lab with the prod stack."""
    yield from deployed(lab, "prod")


def test_a_second_up_of_prod_changes_nothing(prod: Lab) -> None:
    done = prod.pulumi("up", "--yes", "--skip-preview", "--expect-no-changes", stack="prod")
    assert done.returncode == 0, f"an unchanged stack must deploy without a change:\n{done.stdout}"


def test_a_preview_of_prod_with_refresh_expects_no_changes(prod: Lab) -> None:
    done = prod.pulumi("preview", "--refresh", "--expect-no-changes", stack="prod")
    assert done.returncode == 0, f"what istiod, autoscalers and Helm write must not look like drift:\n{done.stdout}"


def test_prod_runs_two_istiods_and_two_gateways(prod: Lab) -> None:
    for namespace, name in (("istio-system", "istiod"), ("istio-ingress", "ingressgateway")):
        wanted = "--for=jsonpath={.status.readyReplicas}=2"
        ready = prod.kubectl("wait", wanted, f"deployment/{name}", f"--namespace={namespace}", "--timeout=20s")
        assert ready.returncode == 0, f"{name} must survive the loss of a node: {ready.stderr}"


def test_prod_asks_for_mutual_tls_in_the_whole_mesh(prod: Lab) -> None:
    query = "jsonpath={.spec.mtls.mode}"
    mode = prod.kubectl("get", "peerauthentication", "default", "--namespace=istio-system", f"--output={query}")
    assert mode.stdout == "STRICT", "the mesh-wide policy lies in the root namespace"
