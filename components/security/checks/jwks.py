"""Checks of keys in a RequestAuthentication: a JSON Web Key Set (RFC 7517) with public keys that Envoy uses."""

import binascii
import json
import re
from base64 import b64decode
from collections.abc import Iterator, Mapping
from typing import Any, cast

from components.kinds.node import Node
from components.settings.codes import Code
from components.settings.problems import Problem
from components.settings.wording import shown

_PRIVATE = ("d", "p", "q", "dp", "dq", "qi", "oth", "k")
"""Members that only a private or a shared key has (RFC 7518, 6.2.2, 6.3.2 and 6.4)."""
_NEEDED: Mapping[str, tuple[str, ...]] = {"RSA": ("n", "e"), "EC": ("x", "y"), "OKP": ("x",)}
_CURVES: Mapping[str, tuple[str, ...]] = {"EC": ("P-256", "P-384", "P-521"), "OKP": ("Ed25519",)}
_TEXTS = ("kid", "alg", "use", "x5t", "x5t#S256", "x5u")
_OPERATIONS = ("sign", "verify", "encrypt", "decrypt", "wrapKey", "unwrapKey", "deriveKey", "deriveBits")
_BASE64URL = re.compile(r"[A-Za-z0-9_-]+", re.ASCII)
_BASE64 = re.compile(r"[A-Za-z0-9+/]+={0,2}", re.ASCII)
_LEAST_RSA_BITS = 2048
_ED25519_BYTES = 32
_FIX = 'Write the issuer\'s key set, for example \'{"keys": [{"kty": "RSA", "kid": "…", "n": "…", "e": "AQAB"}]}\''


def jwks_problems(jwks: Node) -> Iterator[Problem]:
    """What Istio refuses of a key set, keys that Envoy does not use, and private ones. No message shows a key.

    Source: Parse in package jwk of github.com/lestrrat-go/jwx 1.2, which Istio's validation calls, and for what is
    marked as rules of this project RFC 7517 and 7518, and jwks in google/jwt_verify_lib, which Envoy uses.
    """
    if jwks.text is None:
        return
    try:
        document: object = json.loads(jwks.text)
    except ValueError:
        yield jwks.problem("is not JSON", _FIX)
        return
    if not isinstance(document, dict):
        yield jwks.problem("is not a JSON object", _FIX)
        return
    whole = cast("dict[str, Any]", document)
    if "keys" not in whole:
        told = (
            "is a single key, and Envoy reads sets only (a rule of this project)" if "kty" in whole else "has no keys"
        )
        yield jwks.problem(told, _FIX)
        return
    keys = whole["keys"]
    if keys is None:
        keys = []
    if not isinstance(keys, list):
        yield jwks.problem("has `keys` that are no list", _FIX)
    elif not keys:
        yield jwks.problem("has no key, so that every token is refused (a rule of this project)", _FIX)
    else:
        for index, key in enumerate(cast("list[object]", keys)):
            yield from _key_problems(jwks, f"key {index}", key)


def _key_problems(jwks: Node, name: str, key: object) -> Iterator[Problem]:
    if not isinstance(key, dict):
        yield jwks.problem(f"{name} is not a JSON object", _FIX)
        return
    members = cast("dict[str, Any]", key)
    private = [one for one in _PRIVATE if one in members]
    if private:
        yield jwks.problem(
            f"{name} has the member '{private[0]}', which only a private or shared key has (a rule of this project)",
            "Keep the public members only, and replace the key pair: what was written down is no secret any more",
            Code.SECRET_IN_CLEAR,
        )
        return
    mistake = _type_mistake(members) or _member_mistake(members) or _curve_mistake(members) or _size_mistake(members)
    if mistake:
        yield jwks.problem(f"{name} {mistake}", "Copy it from the issuer's key set as it is")


def _type_mistake(key: Mapping[str, Any]) -> str | None:
    kind = key.get("kty")
    if isinstance(kind, str) and kind in _NEEDED:
        return None
    return f"has the kty {shown(kind)}, where RSA, EC or OKP is needed" if kind else "has no kty"


def _member_mistake(key: Mapping[str, Any]) -> str | None:
    for member in _NEEDED[key["kty"]]:
        text = key.get(member)
        if text is None:
            return f"has no '{member}', which {key['kty']} needs"
        if not isinstance(text, str) or not _is_base64url(text):
            own = " (a rule of this project)" if isinstance(text, str) and _BASE64.fullmatch(text) else ""
            return f"has something else than base64url as '{member}'{own}"
    for member in _TEXTS:
        if member in key and not isinstance(key[member], str):
            return f"has something else than text as '{member}'"
    operations: Any = key.get("key_ops", [])
    if not isinstance(operations, list) or any(one not in _OPERATIONS for one in cast("list[object]", operations)):
        return "has 'key_ops' that RFC 7517 does not know (a rule of this project)"
    return None if _are_certificates(key.get("x5c", [])) else "has an 'x5c' that is not a list of certificates"


def _is_base64url(text: str) -> bool:
    return _BASE64URL.fullmatch(text) is not None and len(text) % 4 != 1


def _are_certificates(chain: object) -> bool:
    if not isinstance(chain, list):
        return False
    for one in cast("list[object]", chain):
        try:
            # Only a stack with such keys pays for the import.
            from cryptography.x509 import load_der_x509_certificate  # noqa: PLC0415

            load_der_x509_certificate(b64decode(cast("str", one), validate=True))
        except (binascii.Error, ValueError, TypeError):
            return False
    return True


def _curve_mistake(key: Mapping[str, Any]) -> str | None:
    curves = _CURVES.get(key["kty"])
    if curves is None:
        return None
    curve = key.get("crv")
    if not isinstance(curve, str) or not curve:
        return f"has no 'crv', which {key['kty']} needs"
    if curve not in curves:
        known = ", ".join(curves)
        return f"has the curve {shown(curve)}, where Envoy knows {known} (a rule of this project)"
    if not _is_point(key, curve):
        return f"is not on its curve {curve}, and Envoy leaves it out (a rule of this project)"
    return None


def _is_point(key: Mapping[str, Any], curve: str) -> bool:
    if key["kty"] == "OKP":
        return len(_decoded(key["x"])) == _ED25519_BYTES
    # Only a stack with such keys pays for the import.
    from cryptography.hazmat.primitives.asymmetric import ec  # noqa: PLC0415

    known = {"P-256": ec.SECP256R1, "P-384": ec.SECP384R1, "P-521": ec.SECP521R1}
    x, y = (int.from_bytes(_decoded(key[name]), "big") for name in ("x", "y"))
    try:
        ec.EllipticCurvePublicNumbers(x, y, known[curve]()).public_key()
    except ValueError:
        return False
    return True


def _size_mistake(key: Mapping[str, Any]) -> str | None:
    if key["kty"] != "RSA":
        return None
    bits = int.from_bytes(_decoded(key["n"]), "big").bit_length()
    if bits < _LEAST_RSA_BITS:
        return f"has {bits} bits, and RFC 7518 wants {_LEAST_RSA_BITS} or more of RSA (a rule of this project)"
    return None


def _decoded(text: str) -> bytes:
    return b64decode(text + "=" * (-len(text) % 4), altchars=b"-_")
