"""Finds the model or field that a path of the stack file leads to."""

from functools import cache
from types import NoneType, UnionType
from typing import Annotated, Union, cast, get_args, get_origin

from pydantic import BaseModel
from pydantic.fields import FieldInfo

from components.settings.later import Later
from components.settings.problems import Path

_KEY_MARK = "[key]"
"""What pydantic appends to the location of a map's key, as opposed to its value."""


def located(root: type[BaseModel], location: Path) -> tuple[Path, dict[str, FieldInfo]]:
    """The path of the stack file for one of pydantic's locations, and the keys that are expected beside its end.

    Below a union pydantic adds a label for the member that it tried: a name of a class, or the value that tells one
    member from the other. The author of a stack file knows nothing of these.
    """
    kinds: list[object] = [root]
    path: list[str | int] = []
    around: list[object] = []
    for part in location:
        if part == _KEY_MARK:
            continue
        if len(kinds) > 1:
            kinds = [one for one in kinds if _is_labelled(one, str(part))][:1]
            continue
        path.append(part)
        around = kinds
        kinds = _below(kinds, part)
    return tuple(path), _keys(around)


def field_at(root: type[BaseModel], path: Path) -> FieldInfo | None:
    """The field of a model that `path` below `root` names; None for entries of maps and lists."""
    kinds: list[object] = [root]
    for part in path[:-1]:
        kinds = _below(kinds, part)
    return _keys(kinds).get(str(path[-1])) if path else None


@cache
def places_of(root: type[BaseModel], key: str) -> list[Path]:
    """Where below `root` a field is called `key`; only where the whole path is fixed, so not in entries of maps."""
    found: list[Path] = []
    waiting: list[tuple[Path, object]] = [((), root)]
    for path, kind in waiting:
        for name, field in _fields(kind).items():
            found += [(*path, name)] if name == key else []
            waiting += [((*path, name), one) for one in alternatives(field.annotation)]
    return found


@cache
def keys_of(model: type[BaseModel]) -> dict[str, FieldInfo]:
    """The fields of `model` by the key that the stack file uses."""
    return {field.alias or name: field for name, field in model.model_fields.items()}


@cache
def alternatives(annotation: object) -> list[object]:
    """The types that a value may have, without None: the members of a union, each unwrapped."""
    origin = get_origin(annotation)
    if isinstance(annotation, Later):
        return alternatives(annotation.found)
    if origin is Annotated:
        return alternatives(get_args(annotation)[0])
    if origin in (Union, UnionType):
        return [one for member in get_args(annotation) for one in alternatives(member)]
    return [] if annotation is NoneType else [annotation]


@cache
def item_types(annotation: object) -> list[object]:
    """The types of a map's values or of a list's entries; an empty list for anything else."""
    arguments = cast("tuple[object, ...]", get_args(annotation))
    if get_origin(annotation) is dict:
        return alternatives(arguments[1])
    if get_origin(annotation) in (tuple, list):
        return alternatives(arguments[0])
    return []


def _keys(kinds: list[object]) -> dict[str, FieldInfo]:
    return {key: field for one in kinds for key, field in _fields(one).items()}


def _fields(kind: object) -> dict[str, FieldInfo]:
    return keys_of(kind) if isinstance(kind, type) and issubclass(kind, BaseModel) else {}


def _below(kinds: list[object], part: str | int) -> list[object]:
    """The types of what lies one step below, for each of `kinds` that has something there."""
    found: list[object] = []
    for kind in kinds:
        field = _fields(kind).get(str(part))
        found += alternatives(field.annotation) if field else item_types(kind)
    return found


@cache
def _is_labelled(kind: object, label: str) -> bool:
    """Whether pydantic calls a member of a union by `label`."""
    if label in (getattr(kind, "__name__", ""), str(kind)) or label.startswith(
        f"{getattr(get_origin(kind), '__name__', '-')}["
    ):
        return True
    tags = [tag for field in _fields(kind).values() for tag in get_args(field.annotation)]
    return label in [str(getattr(tag, "value", tag)) for tag in tags]
