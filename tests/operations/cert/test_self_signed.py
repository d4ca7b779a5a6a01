"""`mesh cert self-signed`: what is made, where it is kept, and that no key is ever shown."""

import os
import stat
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
import yaml
from cryptography import x509
from cryptography.hazmat.primitives.serialization import load_pem_private_key
from cryptography.x509.oid import ExtendedKeyUsageOID

from components.tls.certificates import server_findings
from operations.cert.make import clients, server_pair
from tests.operations.conftest import Done, Mesh
from tests.support.stacks import DEMO

HOSTS = ("shop.example.com", "*.api.example.com")

# Keeps what it is given by stdin under the name of the key, and how it was called.
PULUMI = """#!/bin/sh
echo "$@" >> {folder}/calls
[ -f {folder}/error ] && cat {folder}/error >&2 && exit 255
cat > "{folder}/$4.stdin"
"""


@pytest.fixture
def pulumi(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The folder of a program in the place of pulumi; the test's folder is the checkout, with a stack dev."""
    folder = tmp_path / "bin"
    folder.mkdir()
    (folder / "pulumi").write_text(PULUMI.format(folder=folder))
    (folder / "pulumi").chmod(0o755)
    monkeypatch.setenv("PATH", f"{folder}{os.pathsep}{os.environ['PATH']}")
    monkeypatch.setattr("operations.cert.store.CHECKOUT", tmp_path)
    (tmp_path / "Pulumi.dev.yaml").write_text(yaml.safe_dump({"config": {"istio-mesh:mesh": DEMO}}))
    return folder


def self_signed(mesh: Mesh, *options: str) -> Done:
    """Run the command for one host."""
    return mesh("cert", "self-signed", "--host", HOSTS[0], *options)


def stored(folder: Path) -> dict[str, str]:
    """What pulumi got, by configuration key."""
    return {path.stem: path.read_text() for path in folder.glob("*.stdin")}


def test_a_preview_finds_nothing_wrong_with_what_is_made() -> None:
    pair, trusted = server_pair(HOSTS, 90), clients("trial", 90)
    found = list(server_findings(pair.certificate, pair.key, trusted.authority, hosts=HOSTS))
    assert [one.rule for one in found if not one.warning] == [], "it fits its key, has not ended and covers the hosts"


def test_the_certificate_is_for_the_hosts_and_the_days() -> None:
    certificate = x509.load_pem_x509_certificate(server_pair(HOSTS, 7).certificate.encode())
    names = certificate.extensions.get_extension_for_class(x509.SubjectAlternativeName).value
    usage = certificate.extensions.get_extension_for_class(x509.ExtendedKeyUsage).value
    left = certificate.not_valid_after_utc - datetime.now(UTC)
    assert tuple(names.get_values_for_type(x509.DNSName)) == HOSTS, "clients look here, not at the common name"
    assert ExtendedKeyUsageOID.SERVER_AUTH in usage
    assert timedelta(days=6, hours=23) < left <= timedelta(days=7)


def test_the_client_is_vouched_for_by_its_ca() -> None:
    trusted = clients("trial", 7)
    authority, client = (
        x509.load_pem_x509_certificate(pem.encode()) for pem in (trusted.authority, trusted.client.certificate)
    )
    client.verify_directly_issued_by(authority)
    key = load_pem_private_key(trusted.client.key.encode(), None)
    assert key.public_key() == client.public_key(), "and has its own key"


def test_a_very_long_host_is_no_reason_to_fail() -> None:
    host = ".".join(["a" * 60] * 3) + ".example.com"
    certificate = x509.load_pem_x509_certificate(server_pair([host], 1).certificate.encode())
    names = certificate.extensions.get_extension_for_class(x509.SubjectAlternativeName).value
    assert names.get_values_for_type(x509.DNSName) == [host], "only the common name has a limit"


def test_both_are_stored_as_secrets_and_neither_is_shown(mesh: Mesh, pulumi: Path) -> None:
    done = self_signed(mesh)
    assert (done.exit_code, done.stdout) == (
        0,
        "tls:\n  gateway-tls: {kind: provided, certKey: gateway-tls-cert, keyKey: gateway-tls-key}\n"
        "# and in a server of a gateway:\n#   tls: {mode: SIMPLE, credential: gateway-tls}\n",
    )
    kept, calls = stored(pulumi), (pulumi / "calls").read_text()
    assert calls == (
        "config set --secret gateway-tls-cert --stack=dev --non-interactive\n"
        "config set --secret gateway-tls-key --stack=dev --non-interactive\n"
    ), "what is secret goes by stdin: arguments can be read by everybody on the machine"
    assert kept["gateway-tls-key"].startswith("-----BEGIN PRIVATE KEY-----")
    assert "BEGIN" not in done.stdout + done.stderr, "nothing of it is printed"


def test_what_is_printed_is_a_valid_part_of_a_stack_file(mesh: Mesh, pulumi: Path) -> None:
    printed = self_signed(mesh, "--name", "shop", "--client").stdout
    assert yaml.safe_load(printed) == {
        "tls": {"shop": {"kind": "provided", "certKey": "shop-cert", "keyKey": "shop-key", "caKey": "shop-ca"}}
    }
    assert set(stored(pulumi)) == {"shop-cert", "shop-key", "shop-ca", "shop-client-cert", "shop-client-key"}


def test_files_are_for_their_owner_only(mesh: Mesh, pulumi: Path, tmp_path: Path) -> None:
    done = self_signed(mesh, "--out", str(tmp_path / "pem"))
    files = [tmp_path / "pem" / f"gateway-tls-{part}.pem" for part in ("cert", "key")]
    assert done.stdout.splitlines() == [str(file) for file in files]
    assert [stat.S_IMODE(file.stat().st_mode) for file in files] == [0o600, 0o600]
    assert not (pulumi / "calls").exists(), "the stack is left alone"


def test_configuration_that_is_there_is_not_replaced_unasked(mesh: Mesh, pulumi: Path, tmp_path: Path) -> None:
    config = {"istio-mesh:mesh": DEMO, "istio-mesh:gateway-tls-key": {"secure": "v1:abc"}}
    (tmp_path / "Pulumi.dev.yaml").write_text(yaml.safe_dump({"config": config}))
    done = self_signed(mesh)
    assert (done.exit_code, done.stderr) == (
        1,
        "error: Pulumi.dev.yaml: has gateway-tls-key already, and nothing was changed. Choose another --name, or add "
        "--replace if these are for trials too.\n",
    ), "it may be the key of a real certificate"
    assert self_signed(mesh, "--replace").exit_code == 0
    assert set(stored(pulumi)) == {"gateway-tls-cert", "gateway-tls-key"}


def test_files_that_are_there_are_not_replaced_unasked(mesh: Mesh, tmp_path: Path) -> None:
    (tmp_path / "gateway-tls-cert.pem").write_text("real")
    done = self_signed(mesh, "--out", str(tmp_path))
    assert (done.exit_code, done.stderr) == (
        1,
        f"error: {tmp_path}: has gateway-tls-cert.pem already, and nothing was changed. Choose another --name, or add "
        "--replace if these are for trials too.\n",
    )
    assert not (tmp_path / "gateway-tls-key.pem").exists()


def test_a_refusal_of_pulumi_is_told(mesh: Mesh, pulumi: Path) -> None:
    (pulumi / "error").write_text("error: no stack named 'dev' found\n")
    done = self_signed(mesh)
    assert (done.exit_code, done.stdout, done.stderr) == (
        1,
        "",
        "error: pulumi cannot store gateway-tls-cert: no stack named 'dev' found. Sign in to the backend of the stack, "
        "or make it with `pulumi stack init dev`; on the lab, run `make up` first.\n",
    )


def test_without_pulumi_and_without_a_lab_it_is_told_how_to_get_one(
    mesh: Mesh, pulumi: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (pulumi / "pulumi").unlink()
    monkeypatch.setenv("PATH", str(pulumi))
    monkeypatch.setattr("lab.layout.CHECKOUT", tmp_path)
    done = mesh("cert", "self-signed", "--host", HOSTS[0], MESH_LAB="no-such-lab")
    assert (done.exit_code, done.stderr) == (1, "error: 'no-such-lab' was never started. Run './mesh lab up' first.\n")


@pytest.mark.parametrize("host", ["*", "Shop.example.com", "shop.example.com:443", "https://shop.example.com", ""])
def test_a_host_that_no_certificate_can_be_for_is_refused(mesh: Mesh, host: str) -> None:
    done = mesh("cert", "self-signed", "--host", host)
    assert (done.exit_code, done.stderr) == (
        1,
        f"error: --host {host!r}: is not a host that a certificate can be for: a lower-case DNS name, or one that "
        "begins with '*.'. For example: --host shop.example.com.\n",
    )


def test_a_name_that_is_no_entry_of_tls_is_refused(mesh: Mesh) -> None:
    done = self_signed(mesh, "--name", "gatewayTls")
    assert (done.exit_code, done.stderr) == (
        1,
        "error: --name 'gatewayTls': is not a name that Kubernetes accepts: lower-case letters, digits and '-', at "
        "most 63. For example: --name gateway-tls.\n",
    ), "the entry names a Secret"


@pytest.mark.parametrize("days", ["0", "826", "ten"])
def test_a_validity_that_clients_do_not_trust_is_wrong_usage(mesh: Mesh, days: str) -> None:
    assert self_signed(mesh, "--days", days).exit_code == 2, "as every command line tells it"
