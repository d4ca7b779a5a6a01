"""JSON web tokens with a key of the test's own."""

import json
import time
from base64 import urlsafe_b64encode
from collections.abc import Mapping

from cryptography.hazmat.primitives.asymmetric import padding, rsa
from cryptography.hazmat.primitives.hashes import SHA256

HOUR = 3600


class Issuer:
    """Signs tokens, and says by which key."""

    def __init__(self) -> None:
        self._key = rsa.generate_private_key(public_exponent=65537, key_size=2048)

    @property
    def jwks(self) -> str:
        """The public key as a set."""
        numbers = self._key.public_key().public_numbers()
        n, e = (_encoded(one.to_bytes((one.bit_length() + 7) // 8, "big")) for one in (numbers.n, numbers.e))
        return json.dumps({"keys": [{"kty": "RSA", "kid": "test", "alg": "RS256", "n": n, "e": e}]})

    def token(self, claims: Mapping[str, object]) -> str:
        """A token that ends in an hour."""
        head = {"alg": "RS256", "kid": "test", "typ": "JWT"}
        body = {**claims, "exp": int(time.time()) + HOUR}
        signed = ".".join(_encoded(json.dumps(one).encode()) for one in (head, body))
        return f"{signed}.{_encoded(self._key.sign(signed.encode(), padding.PKCS1v15(), SHA256()))}"


def _encoded(content: bytes) -> str:
    return urlsafe_b64encode(content).rstrip(b"=").decode()
