"""Checks of certificates and keys. Pure: text in, findings out, and never a word of the text in a finding."""

from collections.abc import Iterator, Sequence
from datetime import UTC, datetime, timedelta
from itertools import pairwise

from cryptography import x509
from cryptography.exceptions import InvalidSignature, UnsupportedAlgorithm
from cryptography.hazmat.primitives.asymmetric import ec, ed25519, rsa
from cryptography.hazmat.primitives.asymmetric.types import PrivateKeyTypes
from cryptography.hazmat.primitives.serialization import load_pem_private_key
from cryptography.x509.oid import AuthorityInformationAccessOID

from components.tls.findings import Finding, UnreadableError
from components.tls.references import covered

_LEAST_RSA_BITS = 2048
_CURVES = (ec.SECP256R1, ec.SECP384R1, ec.SECP521R1)

SOON = timedelta(days=30)
"""A certificate that ends within this time is worth a warning."""


def server_findings(
    certificate: str, key: str, clients: str | None, *, hosts: Sequence[str], now: datetime | None = None
) -> Iterator[Finding]:
    """What is wrong with a server's certificate chain, its key, and the CA certificates of its clients (all PEM)."""
    now = now or datetime.now(UTC)
    try:
        chain, private = read_chain(certificate, "certKey"), read_key(key)
        authorities = read_chain(clients, "caKey") if clients is not None else []
    except UnreadableError as error:
        yield error.finding
        return
    yield from pair_findings(chain[0], private)
    yield from _key_findings(private)
    for one in chain:
        yield from time_findings(one, "certKey", now)
    yield from _host_findings(chain[0], hosts)
    yield from chain_findings(chain, "certKey")
    for one in authorities:
        yield from time_findings(one, "caKey", now)
        if not is_authority(one):
            yield Finding(
                field="caKey",
                rule="holds a certificate that is not a CA's",
                fix="Store the CA certificates of the clients",
            )


def read_chain(text: str, field: str) -> list[x509.Certificate]:
    """The certificates in a PEM text.

    Raises:
        UnreadableError: it holds none, or one that is damaged.
    """
    if "PRIVATE KEY-----" in text:
        raise UnreadableError(
            Finding(field=field, rule="holds a private key, where only certificates belong", fix="Store them apart")
        )
    try:
        return x509.load_pem_x509_certificates(text.encode())
    except ValueError:
        raise UnreadableError(
            Finding(
                field=field, rule="holds no certificate in PEM", fix="Store the text that begins with BEGIN CERTIFICATE"
            )
        ) from None


def read_key(text: str) -> PrivateKeyTypes:
    """The private key in a PEM text.

    Raises:
        UnreadableError: it is none, is damaged, or needs a passphrase.
    """
    try:
        return load_pem_private_key(text.encode(), password=None)
    except TypeError:
        rule = "holds a private key with a passphrase, which Envoy has nobody to ask for"
        raise UnreadableError(Finding(field="keyKey", rule=rule, fix="Store the key without its passphrase")) from None
    except (ValueError, UnsupportedAlgorithm):
        rule = "holds no private key in PEM"
        fix = "Store the text that begins with BEGIN PRIVATE KEY"
        raise UnreadableError(Finding(field="keyKey", rule=rule, fix=fix)) from None


def is_authority(certificate: x509.Certificate) -> bool:
    """Whether a certificate may issue others (RFC 5280, 4.2.1.9 and 4.2.1.3)."""
    extensions = certificate.extensions
    try:
        authority = extensions.get_extension_for_class(x509.BasicConstraints).value.ca
    except x509.ExtensionNotFound:
        return False
    try:
        return authority and extensions.get_extension_for_class(x509.KeyUsage).value.key_cert_sign
    except x509.ExtensionNotFound:
        return authority  # Without the extension every use is allowed.


def time_findings(certificate: x509.Certificate, field: str, now: datetime) -> Iterator[Finding]:
    """Whether a certificate has ended, has not begun, or ends soon."""
    begins, ends = certificate.not_valid_before_utc, certificate.not_valid_after_utc
    if now > ends:
        yield Finding(field=field, rule=f"holds a certificate that ended on {ends:%Y-%m-%d}", fix="Renew it")
    elif now < begins:
        yield Finding(
            field=field,
            rule=f"holds a certificate that begins on {begins:%Y-%m-%d} only",
            fix="Wait, use another one, or set this machine's clock right",
        )
    elif ends - now < SOON:
        rule = f"holds a certificate that ends on {ends:%Y-%m-%d}, in {(ends - now).days} days"
        yield Finding(field=field, rule=rule, fix="Renew it", warning=True)


def chain_findings(chain: Sequence[x509.Certificate], field: str) -> Iterator[Finding]:
    """Whether each certificate is issued by the one after it."""
    for position, (one, issuer) in enumerate(pairwise(chain), start=1):
        if not issued_by(one, issuer):
            yield Finding(
                field=field,
                rule=f"holds {len(chain)} certificates of which number {position + 1} did not issue number {position}",
                fix="Put the server's own first, then each one's issuer, without a gap",
            )
    if len(chain) == 1 and _names_issuer_address(chain[0]):
        yield Finding(
            field=field,
            rule="holds a certificate whose issuer publishes an intermediate, but not that intermediate",
            fix="Append it, or some clients will not trust the server",
            warning=True,
        )


def pair_findings(certificate: x509.Certificate, key: PrivateKeyTypes) -> Iterator[Finding]:
    """Whether a key belongs to a certificate."""
    if certificate.public_key() != key.public_key():
        yield Finding(
            field="keyKey",
            rule="holds a private key that does not belong to the certificate of certKey",
            fix="Store the key with which the certificate was requested",
        )


def _key_findings(key: PrivateKeyTypes) -> Iterator[Finding]:
    """Whether Envoy, and browsers behind it, speak TLS with a key of this kind.

    Envoy refuses short RSA keys and other curves when it reads them (source/common/tls/context_impl.cc of Envoy 1.37).
    Ed25519 it serves, but the rules of public CAs do not allow it, and browsers do not offer it (CA/Browser Forum
    Baseline Requirements, 6.1.5).
    """
    fix = "Request a certificate for a key on P-256 (or P-384, P-521), or for RSA with 2048 bits or more"
    match key:
        case rsa.RSAPrivateKey() if key.key_size < _LEAST_RSA_BITS:
            told = f"an RSA key of {key.key_size} bits"
        case ec.EllipticCurvePrivateKey() if not isinstance(key.curve, _CURVES):
            told = f"an ECDSA key on {key.curve.name}"
        case ed25519.Ed25519PrivateKey():
            yield Finding(
                field="keyKey", rule="holds an Ed25519 key, which browsers do not take", fix=fix, warning=True
            )
            return
        case rsa.RSAPrivateKey() | ec.EllipticCurvePrivateKey():
            return
        case _:
            told = "a key that is neither RSA nor ECDSA"
    yield Finding(field="keyKey", rule=f"holds {told}, which Envoy refuses", fix=fix)


def _host_findings(certificate: x509.Certificate, hosts: Sequence[str]) -> Iterator[Finding]:
    try:
        alternative = certificate.extensions.get_extension_for_class(x509.SubjectAlternativeName).value
        names = [name.lower() for name in alternative.get_values_for_type(x509.DNSName)]
    except x509.ExtensionNotFound:
        names = []
    for host in hosts:
        if not covered(host, names):
            yield Finding(
                field="certKey",
                rule=f"holds a certificate for {', '.join(names) or 'no host'}, not for the host '{host}' of a server",
                fix="Use a certificate with this name, or take the host out of the server",
            )


def issued_by(certificate: x509.Certificate, issuer: x509.Certificate) -> bool:
    """Whether `issuer` signed `certificate`."""
    try:
        certificate.verify_directly_issued_by(issuer)
    except (ValueError, TypeError, InvalidSignature):
        return False
    return True


def _names_issuer_address(certificate: x509.Certificate) -> bool:
    try:
        access = certificate.extensions.get_extension_for_class(x509.AuthorityInformationAccess).value
    except x509.ExtensionNotFound:
        return False
    return any(one.access_method == AuthorityInformationAccessOID.CA_ISSUERS for one in access)
