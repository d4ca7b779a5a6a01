"""A certificate authority of one's own on the lab: where it lies, and that istiod signs with it."""

import base64
import json
import socket
import ssl
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest
from cryptography import x509

from lab.processes import records
from lab.readiness import wait_until
from tests.lab.conftest import Lab
from tests.lab.own_stack import OwnStack
from tests.lab.traces import stored_releases, traces
from tests.support.certificates import Pair, authority

pytestmark = pytest.mark.lab

MESH = {
    "profile": "demo",
    "istio": {"version": "1.30.3"},
    "certificateAuthority": {
        "kind": "provided",
        "certKey": "ca-cert",
        "keyKey": "ca-key",
        "rootKey": "ca-root",
        "chainKey": "ca-chain",
    },
}


@dataclass(frozen=True)
class Signed:
    """The deployed stack, and the authority that it was given: an intermediate one below a root."""

    stack: OwnStack
    root: Pair
    own: Pair


@pytest.fixture(scope="module")
def signed(lab: Lab, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Signed]:
    """The stack, deployed, and destroyed at the end."""
    root = authority("root of the test")
    own = authority("authority of the test", issuer=root)
    stack = OwnStack(lab, Path(tmp_path_factory.mktemp("authority")), "authority", MESH)
    for key, text in {
        "ca-cert": own.pem,
        "ca-key": own.key_pem,
        "ca-root": root.pem,
        "ca-chain": own.pem + root.pem,
    }.items():
        stack.keep(key, text)
    try:
        done = stack.up()
        assert done.returncode == 0, f"pulumi up failed:\n{done.stdout}\n{done.stderr}"
        yield Signed(stack, root, own)
    finally:
        stack.destroy()


def test_the_authority_lies_in_istiods_namespace_under_istiods_names(signed: Signed) -> None:
    shown = signed.stack.lab.kubectl("get", "secret/cacerts", "--namespace=istio-system", "--output=json")
    data = {name: base64.b64decode(text).decode() for name, text in json.loads(shown.stdout)["data"].items()}
    wanted = {
        "ca-cert.pem": signed.own.pem,
        "ca-key.pem": signed.own.key_pem,
        "root-cert.pem": signed.root.pem,
        "cert-chain.pem": signed.own.pem + signed.root.pem,
    }
    # `pulumi config set` drops the newline at the end of a file.
    assert data == {name: text.rstrip() for name, text in wanted.items()}, "istiod knows the four files by these names"


def test_istiods_deployment_mounts_the_authority(signed: Signed) -> None:
    shown = signed.stack.lab.kubectl("get", "deployment/istiod", "--namespace=istio-system", "--output=json")
    pod = json.loads(shown.stdout)["spec"]["template"]["spec"]
    (volume,) = [one["name"] for one in pod["volumes"] if one.get("secret", {}).get("secretName") == "cacerts"]
    (place,) = [one["mountPath"] for one in pod["containers"][0]["volumeMounts"] if one["name"] == volume]
    assert place == "/etc/cacerts", "where istiod looks for it"


def test_istiod_signs_with_the_authority(signed: Signed) -> None:
    shown = _certificate_of_istiod(signed.stack.lab)
    assert shown.issuer == signed.own.certificate.subject, "also its own certificate comes from it"
    shown.verify_directly_issued_by(signed.own.certificate)


def test_every_workload_is_told_to_trust_the_root(signed: Signed) -> None:
    query = "--output=jsonpath={.data.root-cert\\.pem}"

    def trusted() -> str:
        return signed.stack.lab.kubectl("get", "configmap/istio-ca-root-cert", "--namespace=default", query).stdout

    assert wait_until(lambda: trusted().strip() == signed.root.pem.strip(), 20), f"istiod publishes it:\n{trusted()}"


def test_the_authoritys_key_is_neither_in_the_state_nor_in_what_helm_keeps(signed: Signed) -> None:
    state = signed.stack.pulumi("stack", "export").stdout
    releases = stored_releases(signed.stack.lab)
    assert ("mesh-ca-cacerts" in state, set(releases)) == (True, {"istio-base", "istiod"}), "there is what is searched"
    assert traces([signed.own.key_pem], state + "".join(releases.values())) == [], "with it anybody is anybody"


def test_an_unchanged_authority_changes_nothing(signed: Signed) -> None:
    done = signed.stack.up("--expect-no-changes", "--refresh")
    assert done.returncode == 0, f"neither the program nor istiod writes to it:\n{done.stdout}"


def _certificate_of_istiod(lab: Lab) -> x509.Certificate:
    """What istiod shows to proxies (port 15012)."""
    (istiod,) = [one for name, one in records(lab.layout).items() if name.startswith("istiod-istio-system")]
    context = ssl.create_default_context()
    context.check_hostname, context.verify_mode = False, ssl.CERT_NONE
    raw = socket.create_connection(("127.0.0.1", istiod.ports["15012"]), timeout=5)
    with raw, context.wrap_socket(raw, server_hostname="istiod.istio-system.svc") as secured:
        shown = secured.getpeercert(binary_form=True)
    assert shown, "a server of TLS shows a certificate"
    return x509.load_der_x509_certificate(shown)
