"""What a setting takes, in words: type, allowed values and unit."""

from enum import Enum
from types import NoneType, UnionType
from typing import Annotated, Any, Literal, Union, get_args, get_origin

from annotated_types import Ge, Gt, Le, Lt, MinLen
from pydantic import BaseModel
from pydantic.fields import FieldInfo

from components.settings import field_types
from components.settings.later import Later
from components.settings.text_rules import RULES, TEXT

_PLAIN: dict[object, str] = {str: "text", int: "whole number", float: "number", bool: "true or false"}

_UNITS = {
    "Cpu": "cores, or thousandths with `m`",
    "Memory": "bytes, with `Ki`, `Mi`, `Gi` and so on",
    "Percent": "percent",
    "Duration": "duration in `h`, `m`, `s`",
    "IstioDuration": "duration in `h`, `m`, `s`, `ms`",
}
"""By name in field_types: what the amount is measured in."""


def type_text(field: FieldInfo) -> str:
    """What a field takes, as its row of the reference says it."""
    return _text(field.annotation, list(field.metadata))


def _text(annotation: object, metadata: list[Any]) -> str:
    origin = get_origin(annotation)
    if isinstance(annotation, Later):
        return _text(annotation.found, metadata)
    if origin is Annotated:
        inner, *more = get_args(annotation)
        return _text(inner, [*metadata, *_unfolded(more)])
    if origin in (Union, UnionType):
        members = [one for one in get_args(annotation) if one is not NoneType]
        texts = [_text(one, metadata) for one in members]
        return " or ".join(dict.fromkeys(texts))
    if origin is Literal:
        return _either([str(getattr(one, "value", one)) for one in get_args(annotation)])
    return _collection(annotation, metadata) or _named(annotation) or _simple(annotation, metadata)


def _collection(annotation: object, metadata: list[Any]) -> str:
    """A map or list of something; empty for anything else."""
    origin = get_origin(annotation)
    if origin is dict:
        return f"map of names to {_text(get_args(annotation)[1], [])}"
    if origin in (tuple, list):
        least = next((one.min_length for one in metadata if isinstance(one, MinLen)), 0)
        return f"list of {_text(get_args(annotation)[0], [])}{', at least ' + str(least) if least else ''}"
    return ""


def _simple(annotation: object, metadata: list[Any]) -> str:
    """A value without parts, and what it has to look like."""
    return _PLAIN.get(annotation, "any value") + _rule(annotation, metadata)


def _named(annotation: object) -> str:
    """The words of an enumeration, or that a model is a map; empty for anything else."""
    if not isinstance(annotation, type):
        return ""
    if issubclass(annotation, Enum):
        return _either([str(one.value) for one in annotation])
    return "map" if issubclass(annotation, BaseModel) else ""


def _unfolded(metadata: list[Any]) -> list[Any]:
    """The constraints of an Annotated: a Field holds several."""
    return [inner for one in metadata for inner in (one.metadata if isinstance(one, FieldInfo) else [one])]


def _rule(annotation: object, metadata: list[Any]) -> str:
    """The unit, or an example of the form, or the range of a value."""
    if unit := next((_UNITS[name] for name in _UNITS if _is_named(name, annotation, metadata)), None):
        return f": {unit}"
    pattern = next((one.pattern for one in metadata if getattr(one, "pattern", None)), None)
    rule = RULES.get(str(pattern))
    if rule and rule is not TEXT:
        return f" such as `{rule.example}`"
    low = next((one.ge if isinstance(one, Ge) else one.gt for one in metadata if isinstance(one, Ge | Gt)), None)
    high = next((one.le if isinstance(one, Le) else one.lt for one in metadata if isinstance(one, Le | Lt)), None)
    if low is None and high is None:
        return ""
    return (
        f", {low} to {high}" if None not in (low, high) else f", {low} or more" if high is None else f", at most {high}"
    )


def _is_named(name: str, annotation: object, metadata: list[Any]) -> bool:
    """Whether a type is the one of field_types with this name: the same constraints on the same type."""
    named = getattr(field_types, name, None)
    if named is None:
        return False
    inner, *more = get_args(named)
    return inner is annotation and [str(one) for one in _unfolded(more)] == [str(one) for one in metadata]


def _either(words: list[str]) -> str:
    return ", ".join(f"`{word}`" for word in words)
