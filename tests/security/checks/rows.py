"""Rows of the tables of this folder, in which keys are written short."""

from collections.abc import Mapping
from typing import Any, cast

from tests.traffic.checks import rows

KEYS = {
    "MODULUS2048": "w" * 342,
    "MODULUS1024": "w" * 171,
    "POINT_X": "MKBCTNIcKUSDii11ySs3526iDZ8AiTo7Tu6KPAqv7D4",
    "POINT_Y": "4Etl6SRW2YiLUrN5vfvVHuhp7x8PxltmWWlbbM4IFyM",
    "EDWARDS": "11qYAYKxCrfVS_7TyWQHOg7hcvPapiMlrwIaaPcHURo",
}
"""What words stand for: moduli of RSA with so many bits, a point of P-256 (RFC 7517), a key of Ed25519 (RFC 8037)."""


def spec_with(base: Mapping[str, Any], changes: Mapping[str, Any]) -> dict[str, Any]:
    """A copy of `base` with the values at dotted paths, with whole parts of keys; null removes."""
    return _grown(rows.spec_with(base, changes))


def _grown(value: Any) -> Any:
    if isinstance(value, dict):
        return {key: _grown(one) for key, one in cast("dict[str, Any]", value).items()}
    if isinstance(value, list):
        return [_grown(one) for one in cast("list[Any]", value)]
    if isinstance(value, str):
        for word, part in KEYS.items():
            value = value.replace(word, part)
    return value
