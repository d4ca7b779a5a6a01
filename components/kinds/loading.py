"""Where the shapes of the kinds lie, and how they are read: one by one, since few stacks hold every kind."""

import json
from collections.abc import Mapping
from functools import cache
from importlib import resources
from typing import Any, TypedDict

from components.kinds.catalog import Kind

_FOLDER = resources.files(__package__ or "")

_STEPS = {"[]": "items", "{}": "additionalProperties"}
"""How a path of since.json leads into the entries of lists and maps."""


class Shape(TypedDict, total=False):
    """What a value has to look like: the words of JSON Schema, and a few for what CRDs say by other means.

    Generated from CRDs by operations/reference/shapes.py.
    """

    type: str
    nullable: bool
    intOrString: bool
    open: bool
    """Whether a map may hold anything."""
    properties: "dict[str, Shape]"
    additionalProperties: "Shape"
    items: "Shape"
    required: list[str]
    enum: list[str]
    pattern: str
    keyPattern: str
    """What each key of a map has to look like."""
    format: str
    """'duration' is a duration of at least a millisecond; others only tell which number it is."""
    minimum: float
    maximum: float
    minLength: int
    maxLength: int
    minItems: int
    maxItems: int
    minProperties: int
    maxProperties: int
    atMostOne: list[list[str]]
    """Groups of keys that exclude each other."""
    uniqueBy: list[list[str]]
    """Keys by which no two entries of a list may be alike."""
    union: dict[str, list[str]]
    """By key: the other key, and the value of it, with which this one belongs together."""
    since: str
    """The first minor version of Istio that has this."""
    valuesSince: dict[str, str]
    """By word: the first minor version of Istio that has it."""


def shape_file(kind: Kind) -> str:
    """The name of the file with the shape of a kind."""
    return f"{kind.group}.{kind.kind}.json"


@cache
def shape_of_kind(kind: Kind) -> Shape:
    """The shape of the spec of a kind, with what newer versions of Istio added."""
    shape: Shape = json.loads(_read(f"shapes/{shape_file(kind)}"))
    for row in _newer():
        if (row["group"], row["kind"]) == kind.key:
            _add(shape, row)
    return shape


@cache
def _newer() -> list[Mapping[str, Any]]:
    """since.json: what the CRDs of some supported version lack, found by comparing those of 1.28.3, 1.29.1 and 1.30.3.

    A row with a shape is for what is not in the CRDs from which the shapes are generated, or otherwise there.
    """
    return json.loads(_read("since.json"))


def _add(shape: Any, row: Mapping[str, Any]) -> None:
    *parents, last = row["path"].split(".")
    for step in parents:
        shape = shape[_STEPS[step]] if step in _STEPS else shape["properties"][step]
    part = shape["properties"].setdefault(last, {})
    part.update(row.get("shape", {}))
    part.update({name: row[key] for key, name in (("since", "since"), ("values", "valuesSince")) if key in row})


def _read(name: str) -> str:
    return _FOLDER.joinpath(name).read_text(encoding="utf-8")
