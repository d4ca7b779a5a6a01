"""Tables of specs that a check refuses, each row beside a twin that passes."""

import copy
from collections.abc import Mapping
from pathlib import Path
from typing import Any, cast

from tests.support.documents import document

Rows = list[dict[str, Any]]


def rows_of(name: str) -> Rows:
    """The rows of a table beside this module: `name`, `set` and `twin` (changes of the base spec), `expect`."""
    return document(Path(__file__).with_name(name))


def spec_with(base: Mapping[str, Any], changes: Mapping[str, Any]) -> dict[str, Any]:
    """`base` with the values at paths such as `http.0.timeout`; null removes. What is not on a path is shared with it.

    A text such as TEXT1025 stands for that many letters, LABEL64 and LONG256 for a label and a host of that length.
    None of them looks like a token in hexadecimal digits, which no message repeats.
    """
    spec: dict[str, Any] = dict(base)
    for path, value in changes.items():
        place: Any = spec
        *parents, last = [int(part) if part.isdecimal() else part for part in path.split(".")]
        for part in parents:
            place[part] = copy.copy(place[part])  # A whole copy would take a quarter of the time of all odd values.
            place = place[part]
        if value is None:
            del place[last]
        else:
            place[last] = _grown(value)
    return spec


def _grown(value: Any) -> Any:
    if isinstance(value, dict):
        return {key: _grown(one) for key, one in cast("dict[str, Any]", value).items()}
    if isinstance(value, list):
        return [_grown(one) for one in cast("list[Any]", value)]
    if not isinstance(value, str):
        return value
    head, _, tail = value.partition(".")
    for word in ("TEXT", "LABEL"):
        if head.startswith(word) and head.removeprefix(word).isdecimal():
            return "x" * int(head.removeprefix(word)) + (f".{tail}" if tail else "")
    if value.startswith("LONG") and value.removeprefix("LONG").isdecimal():
        return ("a." * 128)[: int(value.removeprefix("LONG")) - 1] + "b"
    return value
