"""Certificates from cert-manager on the lab: a stand-in of its CRD takes what the program asks for."""

import json
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.lab.conftest import Lab
from tests.lab.own_stack import OwnStack

pytestmark = pytest.mark.lab

CRD = Path(__file__).with_name("crds") / "certificates.cert-manager.io.yaml"
CERTIFICATE = ("certificates.cert-manager.io/shop", "--namespace=edge")
MESH = {
    "profile": "demo",
    "istio": {"version": "1.30.3"},
    "tls": {"shop": {"kind": "certManager", "issuer": {"name": "letsencrypt"}, "renewBefore": "360h"}},
    "gateways": {
        "edge": {
            "namespace": "edge",
            "servers": [
                {
                    "port": 443,
                    "protocol": "HTTPS",
                    "hosts": ["shop.example.com", "www.example.com"],
                    "tls": {"mode": "SIMPLE", "credential": "shop"},
                }
            ],
        }
    },
}


@pytest.fixture(scope="module")
def stack(lab: Lab, tmp_path_factory: pytest.TempPathFactory) -> Iterator[OwnStack]:
    """The stack, deployed beside the CRD."""
    stack = OwnStack(lab, Path(tmp_path_factory.mktemp("issued")), "issued", MESH)
    try:
        assert lab.kubectl("apply", f"--filename={CRD}").returncode == 0, "the API server takes the CRD"
        lab.kubectl("wait", "--for=condition=Established", "crd/certificates.cert-manager.io", "--timeout=20s")
        done = stack.up()
        assert done.returncode == 0, f"pulumi up failed:\n{done.stdout}\n{done.stderr}"
        yield stack
    finally:
        stack.destroy()
        lab.kubectl("delete", f"--filename={CRD}", "--ignore-not-found")


def test_a_certificate_is_asked_for_where_the_gateway_is(stack: OwnStack) -> None:
    shown = stack.lab.kubectl("get", *CERTIFICATE, "--output=json")
    assert shown.returncode == 0, shown.stderr
    assert json.loads(shown.stdout)["spec"] == {
        "secretName": "shop",
        "dnsNames": ["shop.example.com", "www.example.com"],
        "issuerRef": {"name": "letsencrypt", "kind": "ClusterIssuer", "group": "cert-manager.io"},
        "renewBefore": "360h",
    }, "the hosts of the servers, and nothing that cert-manager does not know"


def test_the_gateway_reads_the_secret_that_the_certificate_fills(stack: OwnStack) -> None:
    path = "--output=jsonpath={.spec.servers[0].tls.credentialName}"
    found = stack.lab.kubectl("get", "gateways.networking.istio.io/edge", "--namespace=edge", path)
    assert found.stdout == "shop", found.stderr


def test_a_certificate_that_nobody_has_issued_yet_changes_nothing(stack: OwnStack) -> None:
    done = stack.up("--expect-no-changes", "--refresh")
    assert done.returncode == 0, f"it is not waited for, because its issuer may need the gateway:\n{done.stdout}"


def test_a_destroyed_stack_takes_its_certificate_along(stack: OwnStack) -> None:
    done = stack.destroy()
    left = stack.lab.kubectl("get", "certificates.cert-manager.io", "--all-namespaces", "--output=name")
    assert done.returncode == 0, done.stderr
    assert left.stdout == "", "an issuer would renew it without end"
