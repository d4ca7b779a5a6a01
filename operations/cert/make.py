"""Makes certificates for trials. Nothing here writes or prints."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import ExtendedKeyUsageOID, NameOID

_CLOCKS_DIFFER = timedelta(minutes=5)
_LONGEST_COMMON_NAME = 64


@dataclass(frozen=True, repr=False)
class Pair:
    """A certificate and its private key, both PEM; it has no representation that could get into a message."""

    certificate: str
    key: str


@dataclass(frozen=True, repr=False)
class Clients:
    """A CA that only ever signed one client, and that client."""

    authority: str
    client: Pair


def server_pair(hosts: Sequence[str], days: int) -> Pair:
    """A self-signed certificate for a server of these hosts, with a P-256 key, valid for `days` from now."""
    key = ec.generate_private_key(ec.SECP256R1())
    name = _name(hosts[0])
    names = x509.SubjectAlternativeName([x509.DNSName(host) for host in hosts])
    builder = _builder(name, name, key.public_key(), days, authority=False, usage=ExtendedKeyUsageOID.SERVER_AUTH)
    return _pair(builder.add_extension(names, critical=False).sign(key, hashes.SHA256()), key)


def clients(name: str, days: int) -> Clients:
    """A certificate for a client called `name`, and the CA certificate that a server verifies it with.

    The CA's key is not kept, so that nobody can sign a second client.
    """
    authority_key, client_key = (ec.generate_private_key(ec.SECP256R1()) for _ in range(2))
    issuer = _name(f"CA of {name}")
    authority = _builder(issuer, issuer, authority_key.public_key(), days, authority=True, usage=None)
    usage = ExtendedKeyUsageOID.CLIENT_AUTH
    client = _builder(_name(name), issuer, client_key.public_key(), days, authority=False, usage=usage)
    return Clients(
        _pem(authority.sign(authority_key, hashes.SHA256())),
        _pair(client.sign(authority_key, hashes.SHA256()), client_key),
    )


def _builder(
    subject: x509.Name,
    issuer: x509.Name,
    public: ec.EllipticCurvePublicKey,
    days: int,
    *,
    authority: bool,
    usage: x509.ObjectIdentifier | None,
) -> x509.CertificateBuilder:
    now = datetime.now(UTC)
    builder = (
        x509.CertificateBuilder()
        .subject_name(subject)
        .issuer_name(issuer)
        .public_key(public)
        .serial_number(x509.random_serial_number())
        .not_valid_before(now - _CLOCKS_DIFFER)
        .not_valid_after(now + timedelta(days=days))
        .add_extension(x509.BasicConstraints(ca=authority, path_length=0 if authority else None), critical=True)
        .add_extension(x509.SubjectKeyIdentifier.from_public_key(public), critical=False)
        .add_extension(_key_usage(authority=authority), critical=True)
    )
    return builder.add_extension(x509.ExtendedKeyUsage([usage]), critical=False) if usage else builder


def _key_usage(*, authority: bool) -> x509.KeyUsage:
    return x509.KeyUsage(
        digital_signature=not authority,
        key_cert_sign=authority,
        crl_sign=authority,
        content_commitment=False,
        key_encipherment=False,
        data_encipherment=False,
        key_agreement=False,
        encipher_only=False,
        decipher_only=False,
    )


def _name(common_name: str) -> x509.Name:
    # A longer one is not allowed (RFC 5280, ub-common-name); clients look at the alternative names anyway.
    return x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, common_name[:_LONGEST_COMMON_NAME])])


def _pair(certificate: x509.Certificate, key: ec.EllipticCurvePrivateKey) -> Pair:
    private = key.private_bytes(
        serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
    )
    return Pair(_pem(certificate), private.decode())


def _pem(certificate: x509.Certificate) -> str:
    return certificate.public_bytes(serialization.Encoding.PEM).decode()
