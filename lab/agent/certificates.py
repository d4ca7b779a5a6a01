"""The certificates that stand-ins show: one for each host that is asked for, of a CA that the lab makes for itself."""

import ssl
import threading
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID

from lab.layout import write_atomically

_DAYS = 365
_CLOCKS_DIFFER = timedelta(minutes=5)
AUTHORITY = "stand-ins-ca.crt"
STRANGER = "stranger-ca.crt"
"""The authority that nobody is told to trust."""


class Certificates:
    """Certificates of a CA. Its certificate is the file `authority` in the folder; its key is never written.

    So an agent that is started anew makes another CA, and clients have to be given that one.
    """

    def __init__(self, folder: Path, authority: str = AUTHORITY) -> None:
        self._file = folder / f"{authority}.key"
        self._lock = threading.Lock()
        self._key = ec.generate_private_key(ec.SECP256R1())
        self._issuer = _name("CA of the lab's stand-ins")
        self._contexts: dict[str, ssl.SSLContext] = {}
        certificate = _signed(self._issuer, self._key, self._issuer, self._key, host=None)
        folder.mkdir(parents=True, exist_ok=True)
        write_atomically(folder / authority, certificate.public_bytes(serialization.Encoding.PEM))
        self.context = self._for("stand-in")
        self.context.sni_callback = self._choose

    def _choose(self, connection: Any, host: str | None, _context: ssl.SSLContext) -> None:
        """Show the certificate of the host that the client asked for (RFC 6066, server name indication)."""
        connection.asked_for = host
        if host:
            connection.context = self._for(host)

    def _for(self, host: str) -> ssl.SSLContext:
        with self._lock:
            if host not in self._contexts:
                self._contexts[host] = self._made(host)
            return self._contexts[host]

    def _made(self, host: str) -> ssl.SSLContext:
        key = ec.generate_private_key(ec.SECP256R1())
        certificate = _signed(_name(host), key, self._issuer, self._key, host=host)
        private = key.private_bytes(
            serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
        )
        # ssl reads files only; this one holds a key and goes at once.
        file = self._file
        write_atomically(file, certificate.public_bytes(serialization.Encoding.PEM) + private, mode=0o600)
        try:
            context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
            context.load_cert_chain(file)
        finally:
            file.unlink()
        context.set_alpn_protocols(["http/1.1"])
        return context


def _signed(
    subject: x509.Name,
    key: ec.EllipticCurvePrivateKey,
    issuer: x509.Name,
    issuer_key: ec.EllipticCurvePrivateKey,
    *,
    host: str | None,
) -> x509.Certificate:
    """A certificate for a host, or of a CA."""
    now = datetime.now(UTC)
    builder = (
        x509.CertificateBuilder()
        .subject_name(subject)
        .issuer_name(issuer)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(now - _CLOCKS_DIFFER)
        .not_valid_after(now + timedelta(days=_DAYS))
        .add_extension(x509.BasicConstraints(ca=host is None, path_length=None), critical=True)
        .add_extension(x509.SubjectKeyIdentifier.from_public_key(key.public_key()), critical=False)
        .add_extension(x509.AuthorityKeyIdentifier.from_issuer_public_key(issuer_key.public_key()), critical=False)
    )
    if host is not None:
        builder = builder.add_extension(x509.SubjectAlternativeName([x509.DNSName(host)]), critical=False)
    return builder.sign(issuer_key, hashes.SHA256())


def _name(common_name: str) -> x509.Name:
    # A longer one is not allowed (RFC 5280, ub-common-name); clients look at the alternative names anyway.
    return x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, common_name[:64])])
