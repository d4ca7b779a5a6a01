"""The check of the cluster trusts and signs in as the kubeconfig says."""

import base64
import datetime as dt
import ssl
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID

from components.platform.cluster import kubernetes_version
from components.platform.kubeconfig import ClusterError, Entry
from tests.support.access import access
from tests.support.servers import answering

VERSION = b'{"major": "1", "minor": "34"}'


@pytest.fixture(scope="module")
def pair() -> dict[str, bytes]:
    """A self-signed certificate for the name cluster.internal, and its key, both as PEM."""
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "lab")])
    now = dt.datetime.now(dt.UTC)
    certificate = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(now - dt.timedelta(days=1))
        .not_valid_after(now + dt.timedelta(days=1))
        .add_extension(x509.SubjectAlternativeName([x509.DNSName("cluster.internal")]), critical=False)
        .add_extension(x509.BasicConstraints(ca=True, path_length=None), critical=True)
        .sign(key, hashes.SHA256())
    )
    return {
        "certificate": certificate.public_bytes(serialization.Encoding.PEM),
        "key": key.private_bytes(
            serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
        ),
    }


@pytest.fixture
def server(pair: dict[str, bytes], tmp_path: Path) -> Iterator[str]:
    """The address of an API server with that certificate, which lets in only who presents the same one."""
    (tmp_path / "server.pem").write_bytes(pair["certificate"] + pair["key"])
    tls = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    tls.load_cert_chain(tmp_path / "server.pem")
    tls.load_verify_locations(cadata=pair["certificate"].decode())
    tls.verify_mode = ssl.CERT_REQUIRED
    with answering("/version", body=VERSION, tls=tls) as (address, _):
        yield address


def ask(server: str, cluster: dict[str, object], user: dict[str, object], folder: Path = Path()) -> object:
    """The version, asked for with these entries of a kubeconfig."""
    return kubernetes_version(
        replace(
            access(server=server),
            cluster=Entry(values=cluster, folder=folder),
            user=Entry(values=user, folder=folder),
        )
    )


def encoded(pem: bytes) -> str:
    """A PEM block as a kubeconfig holds it inline."""
    return base64.b64encode(pem).decode()


def test_certificates_within_the_kubeconfig_are_used(server: str, pair: dict[str, bytes]) -> None:
    cluster = {"certificate-authority-data": encoded(pair["certificate"]), "tls-server-name": "cluster.internal"}
    user = {"client-certificate-data": encoded(pair["certificate"]), "client-key-data": encoded(pair["key"])}
    assert ask(server, dict(cluster), dict(user)) == (1, 34), "kind and the lab write them like this"


def test_certificates_beside_the_kubeconfig_are_used(server: str, pair: dict[str, bytes], tmp_path: Path) -> None:
    (tmp_path / "ca.pem").write_bytes(pair["certificate"])
    (tmp_path / "key.pem").write_bytes(pair["key"])
    cluster: dict[str, object] = {"certificate-authority": "ca.pem", "tls-server-name": "cluster.internal"}
    user: dict[str, object] = {"client-certificate": "ca.pem", "client-key": "key.pem"}
    assert ask(server, cluster, user, tmp_path) == (1, 34), "minikube writes paths, relative to the kubeconfig"


def test_a_kubeconfig_may_waive_the_verification(server: str, pair: dict[str, bytes]) -> None:
    user = {"client-certificate-data": encoded(pair["certificate"]), "client-key-data": encoded(pair["key"])}
    assert ask(server, {"insecure-skip-tls-verify": True}, dict(user)) == (1, 34), "it is the user's choice"


@pytest.mark.parametrize("trusted", [True, False], ids=["wrong name", "unknown authority"])
def test_a_certificate_that_does_not_fit_is_told(server: str, pair: dict[str, bytes], *, trusted: bool) -> None:
    cluster: dict[str, object] = {"certificate-authority-data": encoded(pair["certificate"])} if trusted else {}
    with pytest.raises(ClusterError, match="its certificate is not trusted"):
        ask(server, cluster, {})
