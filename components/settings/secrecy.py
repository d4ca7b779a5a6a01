"""Recognises secrets that were pasted where a name or another setting belongs, so that no message repeats them."""

import json
import re
from collections.abc import Iterator, Mapping
from typing import cast

Place = tuple[str | int, ...]

_TOKEN = re.compile(r"(eyJ[\w.+/=-]{20,}|(?=.*[a-z])(?=.*[A-Z])(?=.*[0-9])[\w+/=-]{32,})\s*")
"""A JSON web token, or a text of base64 or hexadecimal digits that is too long and too mixed for a name."""

_KEY = re.compile(
    r"([0-9a-fA-F]{32,}|[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}"
    r"|(xox[a-z]-|xapp-|[spr]k_(live|test)_|gh[a-z]_|github_pat_|glpat-|hvs[.]|SG[.]|AIza|AKIA|ASIA|pul-|npm_)[\w.-]{10,})\s*"
)
"""The forms of keys that services hand out: digits alone (PagerDuty, Datadog), a UUID (Opsgenie), or a prefix."""

_NAMED = re.compile(
    r".*(password|passwd|passphrase|(api|access|secret|private)[_-]?key|client[_-]?secret|(^|[_.-])token"
    r"|(access|auth|api|bearer|refresh)[_-]?token)",
    re.IGNORECASE,
)
"""Names of values that are secret whatever they look like."""


_PRIVATE_KEY = "PRIVATE KEY-----"


def looks_secret(text: str) -> bool:
    """Whether a text is likely to be a key, a certificate or a token."""
    return "-----BEGIN" in text or bool(_TOKEN.fullmatch(text) or _KEY.fullmatch(text))


def private_keys(document: object, path: Place = ()) -> Iterator[Place]:
    """Where a document of settings holds a private key in clear."""
    # Hardly any document does, and to look through its JSON takes a tenth of the time.
    if _PRIVATE_KEY in json.dumps(document):
        yield from (place for place, text in _texts(document, path) if _PRIVATE_KEY in text)


def secret_values(document: object, path: Place = ()) -> Iterator[Place]:
    """Where a document holds a text that looks like a token or a password by itself, or by its name.

    Names of Secrets do not, and certificates are public.
    """
    for place, text in _texts(document, path):
        name = place[-1] if place else None
        if _TOKEN.fullmatch(text) or (text and isinstance(name, str) and _NAMED.fullmatch(name)):
            yield place


def _texts(document: object, path: Place) -> Iterator[tuple[Place, str]]:
    """Every text of a document with its place."""
    if isinstance(document, Mapping):
        for key, value in cast("Mapping[str, object]", document).items():
            yield from _texts(value, (*path, key))
    elif isinstance(document, list):
        for index, value in enumerate(cast("list[object]", document)):
            yield from _texts(value, (*path, index))
    elif isinstance(document, str):
        yield path, document
