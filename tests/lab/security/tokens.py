"""JSON web tokens of an issuer that the tests play (RFC 7519), and its public keys (RFC 7517)."""

import base64
import json
import time
from dataclasses import dataclass, field

from cryptography.hazmat.primitives.asymmetric import padding, rsa
from cryptography.hazmat.primitives.hashes import SHA256

ISSUER = "https://login.example.com"
AUDIENCE = "shop"
_KEY_ID = "test"


@dataclass(frozen=True)
class Issuer:
    """Somebody with a key, which is made anew in each run."""

    key: rsa.RSAPrivateKey = field(default_factory=lambda: rsa.generate_private_key(65537, 2048))

    def jwks(self) -> str:
        """The public half as a JSON Web Key Set."""
        numbers = self.key.public_key().public_numbers()
        exponent, modulus = numbers.e.to_bytes(3, "big"), numbers.n.to_bytes(256, "big")
        key = {"kty": "RSA", "kid": _KEY_ID, "alg": "RS256", "use": "sig", "e": _text(exponent), "n": _text(modulus)}
        return json.dumps({"keys": [key]})

    def token(self, **claims: object) -> str:
        """A signed token that is good for an hour, but for what `claims` say."""
        body = {"iss": ISSUER, "aud": AUDIENCE, "sub": "alice", "exp": int(time.time()) + 3600, **claims}
        head = {"alg": "RS256", "kid": _KEY_ID, "typ": "JWT"}
        signed = ".".join(_text(json.dumps(part).encode()) for part in (head, body))
        return f"{signed}.{_text(self.key.sign(signed.encode(), padding.PKCS1v15(), SHA256()))}"


def _text(content: bytes) -> str:
    return base64.urlsafe_b64encode(content).rstrip(b"=").decode()
